"""Addresses of this area."""

from django.urls import URLPattern, URLResolver, path

from huiqi.web.enterprise import account, alerts, facts, firm, people, sharing

urlpatterns: list[URLPattern | URLResolver] = [
    path("my/", firm.my_file, name="my_file"),
    path("my/file.json", firm.my_file_json, name="my_file_json"),
    path("my/matches/", firm.my_matches, name="my_matches"),
    path("my/matches/<slug:pack>/<slug:name>/", firm.my_match, name="my_match"),
    path("my/told/", alerts.my_told, name="my_told"),
    path("my/facts/<str:fact>/", facts.state, name="state_fact"),
    path("my/corrections/", facts.my_corrections, name="my_corrections"),
    path("my/corrections/<int:key>/withdraw/", facts.withdraw, name="withdraw_fact"),
    path("my/corrections/<int:key>/evidence/", facts.my_evidence, name="my_evidence"),
    path("my/consents/", sharing.my_consents, name="my_consents"),
    path("my/consents/give/", sharing.give_consent, name="give_consent"),
    path("my/consents/withdraw/", sharing.withdraw_consent, name="withdraw_consent"),
    path("my/viewings/", sharing.my_viewings, name="my_viewings"),
    path("my/account/", account.my_account, name="my_account"),
    path("my/account/state/", account.state_account, name="state_account"),
    path("my/agents/", people.my_agents, name="my_agents"),
    path("my/agents/authorise/", people.authorise, name="authorise_agent"),
    path("my/agents/<int:key>/end/", people.end, name="end_agent"),
    path("my/agents/<int:key>/invite/", people.invite, name="invite_agent"),
    path("join/<str:user>/<str:token>/", people.join, name="join"),
    path("my/alerts/", alerts.my_alerts, name="my_alerts"),
    path("my/alerts/read/", alerts.mark_read, name="mark_read"),
    path("my/alerts/searches/", alerts.save_search, name="save_search"),
    path("my/alerts/searches/<int:key>/end/", alerts.end_search, name="end_search"),
    path("my/alerts/channels/", alerts.add_channel, name="add_channel"),
    path("my/alerts/channels/<int:key>/end/", alerts.end_channel, name="end_channel"),
    path("alerts/confirm/<str:token>/", alerts.confirm_channel, name="confirm_channel"),
    path("alerts/leave/<str:token>/", alerts.leave_channel, name="leave_channel"),
    path("corrections/", facts.corrections, name="corrections"),
    path("corrections/<int:key>/", facts.decide, name="decide_correction"),
    path("corrections/<int:key>/evidence/", facts.evidence, name="evidence"),
    path("firms/", sharing.firms, name="firms"),
    path("firms/<str:code>/", sharing.firm, name="firm_file"),
    path("consented/", sharing.consented_files, name="consented_files"),
    path("consented/<str:code>/", sharing.consented_file, name="consented_file"),
]
