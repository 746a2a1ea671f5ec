"""From where the page may be opened: what is refused before anything listens, and the addresses that follow."""

import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.settings import Settings
from studio.web.guard.addresses import LOOPBACK, Addresses, addresses

EXPOSING = ("GRADIO_SHARE", "GRADIO_SERVER_NAME", "GRADIO_ROOT_PATH", "GRADIO_ALLOWED_PATHS", "GRADIO_SSR_MODE")
HARMLESS = {"GRADIO_SHARE": ("", "0", "false"), "GRADIO_SSR_MODE": ("", "0", "false"),
            "GRADIO_SERVER_NAME": ("", "127.0.0.1", "localhost", "::1")}  # fmt: skip
SHORTEST_SECRET = 32  # characters
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
ANY_HOST = ("0.0.0.0", "::")
NAME = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:]{2,39}\])(?::\d{1,5})?", re.ASCII)


def refuse_exposure(settings: Settings, environ: Mapping[str, str]) -> None:
    """StudioError for every way in which the page could be reached by those who may not, or by nobody."""
    is_open = settings.host not in LOOPBACK_HOSTS
    if is_open and not settings.people:
        raise StudioError(
            say('server.studio_does_not_listen', host=settings.host),
            hint=say('server.leave_host_away_use'), where="host",
        )  # fmt: skip
    if is_open and settings.certificate is None and not settings.behind_proxy:
        raise StudioError(say("exposure.plain_text", host=settings.host), hint=say("exposure.give_tls"), where="host")
    if not settings.names and (settings.behind_proxy or settings.host in ANY_HOST):
        raise StudioError(say("exposure.no_name"), hint=say("exposure.give_name"), where="name")
    for name in settings.names:
        if not NAME.fullmatch(name):
            raise StudioError(say("exposure.not_name", name=name[:80]), hint=say("exposure.give_name"), where="name")
    refuse_half_certificate(settings.certificate, settings.key)
    refuse_proxies(settings)
    refuse_sign_on(settings)
    refuse_notices(settings)
    for name in EXPOSING:
        if environ.get(name, "").strip().lower() not in HARMLESS.get(name, ("",)):
            raise StudioError(
                say('server.set_would_open_page', name=name),
                hint=say('server.remove_from_environment_unset', name=name), where=name,
            )  # fmt: skip


def refuse_half_certificate(certificate: Path | None, key: Path | None) -> None:
    """StudioError unless both are there and fit each other."""
    if certificate is None and key is None:
        return
    if certificate is None or key is None:
        raise StudioError(say("exposure.half_certificate"), hint=say("exposure.give_both"), where="certificate")
    for file in (certificate, key):
        if not file.is_file():
            raise StudioError(say("exposure.no_file"), hint=say("exposure.check_path"), where=str(file))
    import ssl

    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key, password="")
    except (ssl.SSLError, OSError) as error:
        raise StudioError(
            say("exposure.bad_certificate", why=getattr(error, "reason", None) or error),
            hint=say("exposure.pem_without_password"), where=str(certificate),
        ) from None  # fmt: skip


def refuse_proxies(settings: Settings) -> None:
    """StudioError for a proxy that is trusted and not named by its address, or not there at all."""
    for address in settings.trusted_proxies:
        try:
            ipaddress.ip_address(address)
        except ValueError:
            raise StudioError(say("exposure.not_address", address=address[:80]), hint=say("exposure.give_address"),
                              where="trusted-proxy") from None  # fmt: skip
    if settings.trusted_proxies and not settings.behind_proxy:
        raise StudioError(say("exposure.proxy_without"), hint=say("exposure.give_behind_proxy"), where="trusted-proxy")


def refuse_sign_on(settings: Settings) -> None:
    """StudioError for a sign-in of the organisation's that is half set, or that somebody else could pretend."""
    if not settings.sign_in_header and not settings.oidc_issuer:
        return
    if not settings.people:
        raise StudioError(say("exposure.sign_on_alone"), hint=say("exposure.give_people"), where="people")
    if settings.sign_in_header:
        if not settings.trusted_proxies:
            raise StudioError(say("exposure.header_without_proxy"), hint=say("exposure.give_address"),
                              where="trusted-proxy")  # fmt: skip
        if len(secret_in(settings.sign_in_header_secret)) < SHORTEST_SECRET:
            raise StudioError(say("exposure.header_without_secret", least=SHORTEST_SECRET),
                              hint=say("exposure.make_secret"), where="sign_in_header_secret")  # fmt: skip
    if settings.oidc_issuer:
        if not settings.oidc_client_id or not secret_in(settings.oidc_client_secret):
            raise StudioError(say("exposure.issuer_without_client"), hint=say("exposure.give_client"),
                              where="oidc_client_secret")  # fmt: skip
        if settings.offline and settings.oidc_issuer.startswith("https:"):
            raise StudioError(say("exposure.issuer_offline"), hint=say("exposure.either"), where="oidc_issuer")


def refuse_notices(settings: Settings) -> None:
    """StudioError for notices without people who could want them, and for those that --offline would not let out."""
    if not settings.smtp_host and not settings.webhook_hosts:
        return
    if not settings.people:
        raise StudioError(say("exposure.notices_alone"), hint=say("exposure.give_people_notices"), where="people")
    if settings.smtp_host and not settings.smtp_from:
        raise StudioError(say("exposure.mail_from"), hint=say("exposure.give_mail_from"), where="smtp_from")
    if settings.offline:
        raise StudioError(say("exposure.notices_offline"), hint=say("exposure.either_notices"), where="offline")


def secret_in(file: Path | None) -> str:
    """What stands in a file that only its owner may read; empty for no file. StudioError for one that others read."""
    if file is None:
        return ""
    try:
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise StudioError(say("exposure.secret_is_read"), hint=say("exposure.close_secret"), where=str(file))
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise StudioError(say("exposure.no_file"), hint=say("exposure.check_path"), where=str(file)) from None


def addresses_of(settings: Settings, port: int) -> Addresses:
    """What may stand in a browser's address: the names that were given, and on a computer of one's own the loopback."""
    names = [*settings.names, *(() if settings.behind_proxy else LOOPBACK)]
    if settings.host not in (*LOOPBACK_HOSTS, *ANY_HOST):
        names.append(f"[{settings.host}]" if ":" in settings.host else settings.host)
    is_tls = settings.behind_proxy or settings.certificate is not None
    made = addresses(port, [name for name in names if not has_port(name)], scheme="https" if is_tls else "http")
    shown = {name.lower() for name in names if has_port(name)}
    if settings.behind_proxy:  # browsers see the proxy's port, which is the usual one unless it is named
        shown |= {name.lower() for name in settings.names}
    return Addresses(
        made.hosts | shown, made.scheme, settings.root_path, frozenset(settings.trusted_proxies), settings.people,
        settings.sign_in_header, secret_in(settings.sign_in_header_secret) if settings.sign_in_header else "",
    )  # fmt: skip


def has_port(name: str) -> bool:
    """Whether a port stands behind the name."""
    return ":" in name.rpartition("]")[2]


def address_shown(settings: Settings, port: int) -> str:
    """Where a person opens the page, without a token."""
    site = addresses_of(settings, port)
    if settings.behind_proxy:
        host = settings.names[0]
    else:
        name = settings.names[0] if settings.names else settings.host
        name = f"[{name}]" if name.count(":") > 1 and not name.startswith("[") else name
        host = name if has_port(name) else f"{name}:{port}"
    return f"{site.scheme}://{host}{settings.root_path}/"
