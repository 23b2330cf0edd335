"""Send a signed message to an address that somebody gave us, without being led into our own network.

Only https, only port 443, only hosts all of whose addresses are public; the connection goes to the address that
was looked at, so that a name cannot point elsewhere in between; redirects are not followed. `HUIQI_WEBHOOKS_PRIVATE`
allows plain http, any port and private addresses, for trying things out.

    X-Huiqi-Time: 1372582800
    X-Huiqi-Signature: sha256=…    HMAC-SHA-256 of "time.body" with the secret of the channel
"""

import hashlib
import hmac
import socket
import ssl
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

SECONDS: Final = 5
LONGEST_ADDRESS: Final = 300


class Unwelcome(ValueError):
    """An address that nothing is sent to; the text says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: the name, and the address it had when it was looked at."""

    scheme: str
    host: str
    port: int
    path: str
    address: str


def target_of(url: str, *, private_too: bool = False) -> Target:
    """Look an address up. Raises Unwelcome.

    >>> target_of("http://127.0.0.1/")
    Traceback (most recent call last):
    ...
    huiqi.notices.webhook.Unwelcome: only https addresses are called
    >>> target_of("https://[::1]/")
    Traceback (most recent call last):
    ...
    huiqi.notices.webhook.Unwelcome: the host has an address that is not public
    """
    if len(url) > LONGEST_ADDRESS or any(c.isspace() or ord(c) < 33 for c in url):
        raise Unwelcome("the address is too long or has spaces in it")
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise Unwelcome("not an address") from None
    if not parts.hostname or parts.username or parts.password:
        raise Unwelcome("the address names no host, or a user")
    if parts.scheme != "https" and not (private_too and parts.scheme == "http"):
        raise Unwelcome("only https addresses are called")
    if port != 443 and not private_too:
        raise Unwelcome("only port 443 is called")
    addresses = addresses_of(parts.hostname, port)
    if not private_too and not all(is_public(address) for address in addresses):
        raise Unwelcome("the host has an address that is not public")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port, path, addresses[0])


def addresses_of(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unwelcome("the host is not known") from None
    return [str(entry[4][0]) for entry in found]


def is_public(address: str) -> bool:
    """
    >>> [is_public(a) for a in ("8.8.8.8", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "224.0.0.1")]
    [True, False, False, False, False]
    """
    found = ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    looked_at = mapped or found
    return looked_at.is_global and not looked_at.is_multicast


class Pinned(HTTPConnection):
    """A connection to the address that was looked at, under the name of the host."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=SECONDS)
        self.target = target

    def connect(self) -> None:
        plain = socket.create_connection((self.target.address, self.target.port), timeout=SECONDS)
        if self.target.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(plain, server_hostname=self.target.host)
        else:
            self.sock = plain


def signature(body: bytes, secret: str, seconds: int) -> str:
    """
    >>> signature(b"{}", "secret", 1372582800)[:20]
    'sha256=28fe7569c6bf8'
    """
    signed = f"{seconds}.".encode() + body
    return f"sha256={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def send(url: str, body: bytes, *, secret: str, seconds: int, private_too: bool = False) -> str | None:
    """Post a body of JSON; None once it was taken (2xx), else the problem in a few words."""
    try:
        connection = Pinned(target_of(url, private_too=private_too))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "huiqi",
            "X-Huiqi-Time": str(seconds),
            "X-Huiqi-Signature": signature(body, secret, seconds),
        }
        try:
            connection.request("POST", connection.target.path, body=body, headers=headers)
            status = connection.getresponse().status
        finally:
            connection.close()
    except (Unwelcome, OSError, HTTPException) as error:
        return str(error) or type(error).__name__
    return None if 200 <= status < 300 else f"answered {status}"
