"""How allauth behaves here: accounts are opened by an administrator or a firm, not by anybody."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from huiqi.base.bilingual import Bilingual
from huiqi.procedures.sign_on import account_for, connect, set_own_password
from huiqi.web.shared.templatetags.say import here

LOG = logging.getLogger(__name__)
SAID = {
    "too_many_login_attempts": Bilingual(
        "登录失败次数过多，请五分钟后再试", "Too many wrong passwords: try again in five minutes"
    ),
    "username_password_mismatch": Bilingual(
        "用户名或密码不正确", "The user name or the password is not right"
    ),
    "email_password_mismatch": Bilingual(
        "邮箱或密码不正确", "The e-mail address or the password is not right"
    ),
    "enter_current_password": Bilingual("请输入当前密码", "Enter your present password"),
    "account_inactive": Bilingual("账号已停用", "The account is closed"),
}


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def validation_error(self, code: str, *args: Any) -> Any:
        error = super().validation_error(code, *args)
        if code in SAID:
            error.message = here(SAID[code])
        return error

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One count for a person, by whichever of their names they log in and from wherever."""
        login = str(credentials.get("email") or credentials.get("username") or "").lower()
        found = User.objects.filter(email__iexact=login) if "@" in login else User.objects.none()
        name = found.values_list("username", flat=True).first() or login
        return f"login:{name.lower()}"

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        LOG.warning("a log-in failed")

    def set_password(self, user: User, password: str) -> None:
        set_own_password(user, password, at=timezone.now())


class Identities(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Who comes from the provider of the environment gets into an account that is there, or not at all."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.is_existing:
            return
        mail = next((a.email for a in sociallogin.email_addresses if a.verified is True), "")
        user = account_for(mail)
        if user is None:
            LOG.warning("an identity without an account was refused")
            raise ImmediateHttpResponse(render(request, "account/no_account.html", status=403))
        connect(sociallogin, user, at=timezone.now())


def not_here(request: HttpRequest) -> HttpResponse:
    """Pages of allauth that this site does without: people neither sign up nor change their address themselves."""
    raise Http404
