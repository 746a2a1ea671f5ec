"""The two ways out of the box: an administrator's mail server, and addresses on hosts that she allowed."""

import hashlib
import hmac
import re
import smtplib
import ssl
import time
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from urllib.parse import urlsplit

import httpx

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.settings import Settings

TIMEOUT_SECONDS = 15.0
MAIL_ADDRESS = re.compile(r"[^\s@<>,;:\"\\]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
SIGNATURE, TIMESTAMP = "X-Studio-Signature", "X-Studio-Timestamp"


def refuse_mail_address(address: str) -> None:
    """StudioError for what is no e-mail address."""
    if not MAIL_ADDRESS.fullmatch(address):
        raise StudioError(say("notices.not_mail"), hint=say("notices.check_address"), where="email")


def refuse_webhook(address: str, hosts: Sequence[str]) -> None:
    """StudioError unless it is an address on one of the hosts that an administrator named, letter by letter.

    A name for anything else of her network, such as the router's page or this studio itself, is in no such list."""
    try:
        parts = urlsplit(address)
        host = parts.netloc.lower()
    except ValueError:
        parts, host = urlsplit(""), ""
    allowed = {one.lower().removeprefix("http://"): one.lower().startswith("http://") for one in hosts}
    if host not in allowed or parts.username or any(letter <= " " for letter in address) or len(address) > 500:
        raise StudioError(say("notices.not_allowed", hosts=", ".join(allowed) or "-"), hint=say("notices.ask_host"),
                          where="webhook")  # fmt: skip
    if parts.scheme != ("http" if allowed[host] else "https"):
        raise StudioError(say("notices.scheme"), hint=say("notices.check_address"), where="webhook")


def send_mail(settings: Settings, password: str, to: str, subject: str, text: str) -> None:
    """Through the mail server of the settings, encrypted unless it is this computer's own. OSError when it refuses."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.smtp_from, to, subject
    message.set_content(text)
    is_own = settings.smtp_host in ("127.0.0.1", "localhost", "::1")
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS) as server:
        if not is_own:
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, password)
        server.send_message(message)


def send_webhook(
    address: str, secret: str, body: bytes, hosts: Sequence[str], clock: Callable[[], float] = time.time
) -> None:
    """One POST that is signed with HMAC-SHA-256 over time and body; no redirect is followed, no proxy of the
    environment asked. The host is looked up in the list once more: it may have been taken out. OSError if it fails."""
    refuse_webhook(address, hosts)
    at = str(int(clock()))
    signed = hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {"content-type": "application/json", TIMESTAMP: at, SIGNATURE: f"sha256={signed}"}
    try:
        client = httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False)
        with client, client.stream("POST", address, content=body, headers=headers) as answer:
            if answer.status_code >= 300:
                raise OSError(f"{answer.status_code}")
    except httpx.HTTPError as error:
        raise OSError(type(error).__name__) from None
