"""Logging in at a provider of OpenID Connect: a real one on this machine, and accounts that are there already."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth.models import User
from django.test import Client

from huiqi.audit.models import Deed
from huiqi.config.sign_on import origin_of, providers_from
from tests.site.conftest import PASSWORD, Site

ENTRY = "/account/oidc/sign-on/login/"
CLIENT, SECRET = "huiqi", "of the tests"
OFFICER: dict[str, Any] = {"sub": "71", "email": "officer@example.cn", "email_verified": True}


@dataclass
class Provider:
    """Who the provider says people are: whoever comes to it is `person`."""

    address: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    audience: str = CLIENT
    codes: dict[str, tuple[str, str]] = field(default_factory=dict)  # challenge and where it goes back to
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "jwks_uri": f"{self.address}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser goes next: back, with a code."""
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked["code_challenge"], asked["redirect_uri"]
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, asked: dict[str, str]) -> dict[str, Any] | None:
        challenge, back = self.codes.pop(asked.get("code", ""), ("", ""))
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        proven = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (asked.get("client_secret"), asked.get("redirect_uri"), proven) != (SECRET, back, challenge):
            return None
        now = int(time.time())
        claims = {"iss": self.address, "aud": self.audience, "iat": now, "exp": now + 300, **self.person}
        token = jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "1"})
        return {"access_token": "let me in", "token_type": "Bearer", "expires_in": 300, "id_token": token}

    def keys(self) -> dict[str, Any]:
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**key, "kid": "1", "alg": "RS256", "use": "sig"}]}


class Desk(BaseHTTPRequestHandler):
    """The provider's pages."""

    provider: Provider

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(url.query).items()}
            self.send_response(302)
            self.send_header("Location", self.provider.authorize(asked))
            self.end_headers()
        elif url.path == "/userinfo" and self.headers["Authorization"] != "Bearer let me in":
            self.say(401, {})
        else:
            pages = {
                "/.well-known/openid-configuration": self.provider.discovery,
                "/jwks": self.provider.keys,
                "/userinfo": lambda: self.provider.person,
            }
            self.say(200, pages[url.path]())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        given = self.provider.token({name: values[0] for name, values in parse_qs(body).items()})
        self.say(200 if given else 400, given or {"error": "invalid_grant"})

    def say(self, status: int, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Stay(HTTPRedirectHandler):
    """A browser that tells where it is sent."""

    def redirect_request(self, *_: object) -> None:
        return None


@pytest.fixture
def provider(site: Site, settings: Any) -> Iterator[Provider]:
    made = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("TheDesk", (Desk,), {"provider": made}))
    made.address = f"http://127.0.0.1:{server.server_port}"
    environment = {
        "HUIQI_OIDC_ISSUER": made.address,
        "HUIQI_OIDC_CLIENT": CLIENT,
        "HUIQI_OIDC_SECRET": SECRET,
        "HUIQI_OIDC_NAME": "青岛统一身份认证",
    }
    settings.SOCIALACCOUNT_PROVIDERS = providers_from(environment)
    settings.HUIQI_SIGN_ON_ORIGIN = origin_of(made.address)
    User.objects.filter(username="officer").update(email="Officer@example.cn")
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def come_in(browser: Client, person: dict[str, Any], provider: Provider, **form: str) -> Any:
    """From the button to the page the provider sends back to, and on."""
    provider.person = person
    sent = browser.post(ENTRY, form)
    assert sent.status_code == 302, sent.content.decode()
    assert sent.headers["Location"].startswith(provider.address)
    try:
        build_opener(Stay).open(Request(sent.headers["Location"]))
        raise AssertionError("the provider sends nobody back")
    except OSError as answer:
        back = str(answer.headers["Location"])  # type: ignore[attr-defined]
        answer.close()  # type: ignore[attr-defined]
    return browser.get(back.removeprefix("http://testserver"), follow=True)


def who(browser: Client) -> str:
    number = browser.session.get("_auth_user_id")
    return User.objects.get(pk=number).username if number else ""


def test_the_button_is_there_once_a_provider_is_named(visitor: Client, provider: Provider, settings: Any):
    answer = visitor.get("/account/login/")
    assert "使用青岛统一身份认证登录" in answer.content.decode()
    assert provider.address in answer.headers["Content-Security-Policy"]
    settings.SOCIALACCOUNT_PROVIDERS = providers_from({})
    assert "统一身份认证" not in visitor.get("/account/login/").content.decode()
    assert visitor.get(ENTRY).status_code == 404


def test_a_verified_address_opens_the_account_that_has_it(visitor: Client, provider: Provider):
    answer = come_in(visitor, OFFICER, provider, next="/desk/rules/")
    assert answer.redirect_chain[-1][0] == "/desk/rules/"
    assert answer.status_code == 200
    assert who(visitor) == "officer"
    deed = Deed.objects.get(what="access.identity.connected")
    assert (deed.about, deed.by) == ("user:officer", "officer")


def test_afterwards_the_subject_counts_and_not_the_address(visitor: Client, provider: Provider):
    come_in(visitor, OFFICER, provider)
    later = Client()
    come_in(later, {"sub": "71", "email": "married@example.cn", "email_verified": False}, provider)
    assert who(later) == "officer"
    other = Client()
    come_in(other, {**OFFICER, "sub": "72", "email": "married@example.cn"}, provider)
    assert who(other) == ""
    assert SocialAccount.objects.count() == 1


@pytest.mark.parametrize(
    "person",
    [
        {"sub": "9", "email": "stranger@example.cn", "email_verified": True},
        {**OFFICER, "email_verified": False},
        {**OFFICER, "email_verified": "false"},
        {"sub": "71", "email": "officer@example.cn"},
        {"sub": "71"},
    ],
)
def test_nobody_else_gets_in_or_an_account(visitor: Client, provider: Provider, person: dict[str, Any]):
    before = User.objects.count()
    answer = come_in(visitor, person, provider)
    assert answer.status_code == 403
    assert "没有对应的账号" in answer.content.decode()
    assert who(visitor) == ""
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)


def test_an_address_of_two_accounts_opens_neither(visitor: Client, provider: Provider):
    User.objects.filter(username="bank").update(email="officer@example.cn")
    assert come_in(visitor, OFFICER, provider).status_code == 403
    assert who(visitor) == ""


def test_a_closed_account_stays_closed(visitor: Client, provider: Provider):
    come_in(visitor, OFFICER, provider)
    User.objects.filter(username="officer").update(is_active=False)
    later = Client()
    assert "账号已停用" in come_in(later, OFFICER, provider).content.decode()
    assert who(later) == ""


def test_a_token_made_for_another_site_is_refused(visitor: Client, provider: Provider):
    provider.audience = "another"
    answer = come_in(visitor, OFFICER, provider)
    assert "统一身份认证没有完成" in answer.content.decode()
    assert who(visitor) == ""


def test_an_answer_nobody_asked_for_is_refused(visitor: Client, provider: Provider):
    provider.person = OFFICER
    answer = visitor.get(f"{ENTRY}callback/?code=code-0&state=made-up")
    assert "统一身份认证没有完成" in answer.content.decode()
    assert who(visitor) == ""


def test_a_link_alone_does_not_send_anybody_there(visitor: Client, provider: Provider):
    assert visitor.get(ENTRY).status_code == 200


def test_the_password_still_opens_the_account(visitor: Client, provider: Provider):
    visitor.post("/account/login/", {"login": "officer", "password": PASSWORD})
    assert who(visitor) == "officer"
