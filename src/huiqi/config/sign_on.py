"""Log in at an OpenID Connect provider (统一身份认证), where the environment names one."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

PROVIDER: Final = "sign-on"
"""Part of the address that the provider sends people back to: /account/oidc/sign-on/login/callback/."""


def providers_from(environment: Mapping[str, str]) -> dict[str, Any]:
    """The setting SOCIALACCOUNT_PROVIDERS; empty where no issuer is named.

    >>> providers_from({})
    {}
    """
    issuer = environment.get("HUIQI_OIDC_ISSUER", "").rstrip("/")
    if not issuer:
        return {}
    app = {
        "provider_id": PROVIDER,
        "name": environment.get("HUIQI_OIDC_NAME", "统一身份认证"),
        "client_id": environment.get("HUIQI_OIDC_CLIENT", ""),
        "secret": environment.get("HUIQI_OIDC_SECRET", ""),
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app]}}


def origin_of(issuer: str) -> str:
    """Where a form may lead besides the site itself: browsers hold `form-action` against redirects as well.

    >>> origin_of("https://id.example.cn/realms/city"), origin_of("")
    ('https://id.example.cn', '')
    """
    parts = urlsplit(issuer)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
