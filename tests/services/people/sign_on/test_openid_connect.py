"""OpenID Connect against an issuer on this computer: an honest sign-in, and each way to bring something else."""

import time
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from studio.errors import StudioError
from studio.services.people.people_service import WrongPassword
from studio.services.people.sign_on.identities import Identity
from studio.services.people.sign_on.openid_connect import LONGEST_SECONDS, OpenIdConnect
from tests.services.people.sign_on.conftest import CLIENT, SECRET, Issuer

BACK = "https://box.example/studio/sso/done"


def client(issuer: Issuer, **more: Any) -> OpenIdConnect:
    return OpenIdConnect(issuer.address, CLIENT, SECRET, **more)


def test_an_honest_sign_in_tells_who_came(issuer: Issuer) -> None:
    studio = client(issuer)
    there, state = studio.begin(BACK)
    assert studio.finish(BACK, state, issuer.approve(there)) == Identity(issuer.address, "sub-1", "ana")


def test_nothing_is_asked_before_somebody_begins(issuer: Issuer) -> None:
    client(issuer)
    assert issuer.asked == []


LIES: dict[str, dict[str, Any]] = {
    "for another audience": {"aud": "somebody-else"}, "for several, and not asked by us": {"aud": [CLIENT, "x"]},
    "expired": {"exp": int(time.time()) - 3600}, "of another issuer": {"iss": "https://evil.example"},
    "with another nonce": {"nonce": "x"}, "without a nonce": {"nonce": None}, "from the future": {
        "iat": int(time.time()) + 3600}, "with a hash of another token": {"at_hash": "AAAA"},
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_token_is_refused_that_is(issuer: Issuer, lie: str) -> None:
    studio = client(issuer)
    issuer.claims = LIES[lie]
    there, state = studio.begin(BACK)
    with pytest.raises(WrongPassword):
        studio.finish(BACK, state, issuer.approve(there))


def test_a_token_signed_by_another_key_is_refused(issuer: Issuer) -> None:
    studio = client(issuer)
    issuer.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    there, state = studio.begin(BACK)
    with pytest.raises(WrongPassword):
        studio.finish(BACK, state, issuer.approve(there))


def test_a_way_back_is_good_once_and_for_its_own_browser_and_code(issuer: Issuer) -> None:
    studio = client(issuer)
    there, state = studio.begin(BACK)
    brought = issuer.approve(there)
    for kept, given in (("", brought), ("another", brought)):
        with pytest.raises(WrongPassword):
            studio.finish(BACK, kept, given)
    assert studio.finish(BACK, state, brought).name == "ana"
    with pytest.raises(WrongPassword):  # replayed
        studio.finish(BACK, state, brought)
    there, state = studio.begin(BACK)
    with pytest.raises(WrongPassword):  # the state of the browser, the answer of another one's
        studio.finish(BACK, state, issuer.approve(studio.begin(BACK)[0]))


def test_a_code_that_was_stolen_is_nothing_without_its_verifier(issuer: Issuer) -> None:
    studio = client(issuer)
    stolen = issuer.approve(studio.begin(BACK)[0])["code"]
    there, state = studio.begin(BACK)
    with pytest.raises(StudioError):
        studio.finish(BACK, state, {**issuer.approve(there), "code": stolen})


def test_a_sign_in_that_took_too_long_is_begun_anew(issuer: Issuer) -> None:
    now = [time.time()]
    studio = client(issuer, clock=lambda: now[0])
    there, state = studio.begin(BACK)
    now[0] += LONGEST_SECONDS + 1
    with pytest.raises(WrongPassword):
        studio.finish(BACK, state, issuer.approve(there))


@pytest.mark.parametrize("about", [{"issuer": "https://evil.example"}, {"authorization_endpoint": "http://evil.example"},
                                   {"authorization_endpoint": "javascript:alert(1)"}])  # fmt: skip
def test_an_issuer_that_says_it_is_somebody_else_or_leads_elsewhere_is_refused(
    issuer: Issuer, about: dict[str, str]
) -> None:
    issuer.about = about
    with pytest.raises(StudioError):
        client(issuer).begin(BACK)


def test_an_issuer_that_does_not_answer_is_said_in_a_sentence(issuer: Issuer) -> None:
    with pytest.raises(StudioError, match="does not answer"):
        OpenIdConnect("http://127.0.0.1:9", CLIENT, SECRET).begin(BACK)


def test_the_name_may_stand_in_another_claim(issuer: Issuer) -> None:
    studio = client(issuer, name_claim="email")
    there, state = studio.begin(BACK)
    with pytest.raises(StudioError, match="does not tell your name"):
        studio.finish(BACK, state, issuer.approve(there))
    issuer.claims = {"email": "ana@example.org"}
    there, state = studio.begin(BACK)
    assert studio.finish(BACK, state, issuer.approve(there)).name == "ana@example.org"


def test_whom_the_organisation_did_not_let_in_is_told_so_in_our_own_words(issuer: Issuer) -> None:
    studio = client(issuer)
    there, state = studio.begin(BACK)
    told = {"state": issuer.approve(there)["state"], "error": "access_denied", "error_description": "Call 555 1234"}
    with pytest.raises(WrongPassword, match="did not let you in") as refused:
        studio.finish(BACK, state, told)
    assert "555" not in f"{refused.value.message} {refused.value.hint}"
    with pytest.raises(WrongPassword, match="too long ago"):  # that way is used up
        studio.finish(BACK, state, {**issuer.approve(there), "state": state})
