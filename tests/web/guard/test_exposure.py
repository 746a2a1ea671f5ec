"""From where the page may be opened, and the sentence for each way in which it may not."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from studio.errors import StudioError, WrongSetting
from studio.settings import Settings, settings_from
from studio.web.guard.exposure import address_shown, addresses_of, refuse_exposure, secret_in


def settings(**given: Any) -> Settings:
    return Settings(home=Path("/nowhere"), **given)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate that was made for the test, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "box.pem", folder / "box.key"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=box.example.org",
         "-keyout", str(key), "-out", str(certificate)], capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("openssl is not here, by which a certificate is made")
    return certificate, key


@pytest.mark.parametrize("given, said", [
    ({"host": "0.0.0.0"}, "without a password"),
    ({"host": "192.0.2.7", "certificate": Path("/c"), "key": Path("/k")}, "without a password"),
    ({"host": "0.0.0.0", "people": True}, "plain|network"),
    ({"host": "0.0.0.0", "people": True, "behind_proxy": True}, "under which name"),
    ({"people": True, "behind_proxy": True}, "under which name"),
    ({"people": True, "names": ("evil example",)}, "not the name"),
    ({"people": True, "names": ("https://box.example.org",)}, "not the name"),
    ({"people": True, "certificate": Path("/c")}, "belong together"),
    ({"people": True, "key": Path("/k")}, "belong together"),
    ({"people": True, "certificate": Path("/no/c"), "key": Path("/no/k")}, "no such file"),
    ({"people": True, "trusted_proxies": ("127.0.0.1",)}, "none is in front"),
    ({"people": True, "behind_proxy": True, "names": ("b.org",), "trusted_proxies": ("proxy",)}, "not the address"),
])  # fmt: skip
def test_what_would_open_it_to_the_wrong_ones_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(StudioError, match=said) as refused:
        refuse_exposure(settings(**given), {})
    assert refused.value.hint and refused.value.where


def test_a_certificate_that_does_not_fit_its_key_is_refused(pair: tuple[Path, Path], tmp_path: Path) -> None:
    certificate, key = pair
    refuse_exposure(settings(people=True, host="192.0.2.7", certificate=certificate, key=key), {})
    with pytest.raises(StudioError, match="cannot be used"):
        refuse_exposure(settings(certificate=key, key=certificate), {})
    words = tmp_path / "words.txt"
    words.write_text("no certificate")
    with pytest.raises(StudioError, match="cannot be used"):
        refuse_exposure(settings(certificate=words, key=key), {})


@pytest.mark.parametrize("given", [
    {}, {"people": True}, {"people": True, "behind_proxy": True, "names": ("box.example.org",)},
    {"people": True, "host": "0.0.0.0", "behind_proxy": True, "names": ("box.example.org", "box.example.org:8443"),
     "trusted_proxies": ("10.0.0.1", "::1")},
    {"names": ("hub.example.org",), "behind_proxy": True, "root_path": "/user/ana/proxy/7860"},
])  # fmt: skip
def test_what_is_safe_is_not_refused(given: dict[str, Any]) -> None:
    refuse_exposure(settings(**given), {})


@pytest.mark.parametrize("root", ["studio", "/studio/", "/a b", "//", "/../x", "/studio?x"])
def test_a_root_path_is_a_path(root: str) -> None:
    with pytest.raises(WrongSetting, match="root_path"):
        settings_from({"home": "/nowhere", "root_path": root}, {})


def test_names_and_proxies_come_from_the_environment_with_commas() -> None:
    given = settings_from({"home": "/nowhere"}, {"STUDIO_NAMES": "a.org, b.org", "STUDIO_TRUSTED_PROXIES": "10.0.0.1"})
    assert given.names == ("a.org", "b.org") and given.trusted_proxies == ("10.0.0.1",)


def test_the_host_list_follows_from_what_was_said() -> None:
    alone = addresses_of(settings(), 7860)
    assert alone.hosts == {"127.0.0.1:7860", "localhost:7860", "[::1]:7860"} and alone.scheme == "http"
    assert not alone.is_strict
    tls = addresses_of(settings(people=True, host="192.0.2.7", certificate=Path("/c"), key=Path("/k"),
                                names=("Box.example.org",)), 443)  # fmt: skip
    assert {"box.example.org", "box.example.org:443", "192.0.2.7", "localhost"} <= tls.hosts
    assert tls.scheme == "https" and tls.is_strict
    proxied = addresses_of(settings(people=True, behind_proxy=True, names=("box.example.org", "b.org:8443")), 7860)
    assert {"box.example.org", "b.org:8443"} <= proxied.hosts and proxied.scheme == "https"
    assert not {"127.0.0.1:7860", "localhost:7860"} & proxied.hosts  # the proxy alone is the way in


@pytest.mark.parametrize("given, shown", [
    ({}, "http://127.0.0.1:7860/"), ({"host": "::1"}, "http://[::1]:7860/"),
    ({"behind_proxy": True, "names": ("box.example.org",), "root_path": "/studio"}, "https://box.example.org/studio/"),
    ({"certificate": Path("/c"), "names": ("box.example.org",)}, "https://box.example.org:7860/"),
])  # fmt: skip
def test_the_address_that_is_printed_opens_it(given: dict[str, Any], shown: str) -> None:
    assert address_shown(settings(**given), 7860) == shown


def secret(folder: Path, text: str = "s" * 40, mode: int = 0o600) -> Path:
    file = folder / "secret"
    file.write_text(text)
    file.chmod(mode)
    return file


def test_the_organisations_sign_in_is_refused_where_others_could_pretend_it(tmp_path: Path) -> None:
    proxy: dict[str, Any] = {"behind_proxy": True, "names": "box.example", "trusted_proxies": "10.0.0.1"}
    header: dict[str, Any] = {"people": True, "sign_in_header": "X-Remote-User", **proxy}
    issuer: dict[str, Any] = {"people": True, "oidc_issuer": "https://id.example", "oidc_client_id": "studio"}
    kept = secret(tmp_path)
    refuse_exposure(Settings(home=tmp_path, **header, sign_in_header_secret=kept), {})
    refuse_exposure(Settings(home=tmp_path, **issuer, oidc_client_secret=kept), {})
    for wrong, words in (
        ({**header, "people": False, "sign_in_header_secret": kept}, "people are switched off"),
        (header, "at least 32 secret characters"),
        ({**header, "trusted_proxies": "", "sign_in_header_secret": kept}, "no proxy is trusted"),
        (issuer, "the name and the secret"),
        ({**issuer, "oidc_client_secret": kept, "offline": True}, "--offline"),
    ):
        with pytest.raises(StudioError, match=words):
            refuse_exposure(Settings(home=tmp_path, **wrong), {})
    with pytest.raises(StudioError, match="can read the secret"):
        secret_in(secret(tmp_path, mode=0o640))
