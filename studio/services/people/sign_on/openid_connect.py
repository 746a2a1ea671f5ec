"""OpenID Connect, authorization code flow with PKCE (RFC 7636), state and nonce (OpenID Connect Core 1.0, 3.1).

What leaves the box is what the protocol sends to the issuer that an administrator named, and nothing before somebody
presses the button.
"""

import json
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.services.people.people_service import WrongPassword
from studio.services.people.sign_on.identities import Identity

ALGORITHMS = ["RS256", "PS256", "ES256"]  # signed by the issuer's own key: never `none`, never a shared secret
LONGEST_SECONDS = 600.0  # between the button and the way back
MOST_BEGUN = 2000
TIMEOUT_SECONDS, LONGEST_ANSWER = 10.0, 2**20
LEEWAY_SECONDS = 60  # of two clocks
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Begun:
    """A sign-in that somebody began, and has not come back from."""

    nonce: str
    verifier: str
    at: float


class OpenIdConnect:
    """One issuer. A state is good for one way back, within ten minutes, in the memory of the one server."""

    def __init__(
        self, issuer: str, client_id: str, client_secret: str, *, name_claim: str = "preferred_username",
        clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self.issuer, self._id, self._secret, self._claim = issuer, client_id, client_secret, name_claim
        self._clock = clock
        self._begun: OrderedDict[str, Begun] = OrderedDict()
        self._one_at_a_time = threading.Lock()

    def begin(self, back: str) -> tuple[str, str]:
        """The issuer's address to which she goes, and the state that her browser has to bring back to `back`.

        StudioError when the issuer does not answer."""
        state, begun = secrets.token_urlsafe(32), Begun(secrets.token_urlsafe(32), secrets.token_urlsafe(48),
                                                        self._clock())  # fmt: skip
        with self._client() as client:
            there = endpoint(self._about(client), "authorization_endpoint")
        address = prepare_grant_uri(
            there, self._id, "code", redirect_uri=back, scope="openid profile email", state=state, nonce=begun.nonce,
            code_challenge=create_s256_code_challenge(begun.verifier), code_challenge_method="S256",
        )  # fmt: skip
        with self._one_at_a_time:
            self._begun[state] = begun
            while len(self._begun) > MOST_BEGUN:
                self._begun.popitem(last=False)
        return str(address), state

    def finish(self, back: str, state: str, given: Mapping[str, str]) -> Identity:
        """Who came back. `state` is what her browser kept, `given` the fields of the address.

        WrongPassword for anything that was not meant for this very sign-in; StudioError when the issuer does not
        answer."""
        with self._one_at_a_time:
            begun = self._begun.pop(state, None) if state else None
        came = given.get("state", "")
        if begun is None or not secrets.compare_digest(came.encode(), state.encode()):
            raise WrongPassword(say("sign_on.old"), hint=say("sign_on.again"))
        if self._clock() - begun.at > LONGEST_SECONDS:
            raise WrongPassword(say("sign_on.old"), hint=say("sign_on.again"))
        if given.get("error"):  # RFC 6749, 4.1.2.1; its words are the address's, which anybody may write
            raise WrongPassword(say("sign_on.declined"), hint=say("sign_on.again"))
        if not given.get("code") or given.get("iss", self.issuer) != self.issuer:  # iss: RFC 9207
            raise WrongPassword(say("sign_on.refused"), hint=say("sign_on.again"))
        form = {"grant_type": "authorization_code", "code": given["code"], "redirect_uri": back,
                "code_verifier": begun.verifier}  # fmt: skip
        with self._client() as client:
            about = self._about(client)
            token = self._told(client, "POST", endpoint(about, "token_endpoint"), data=form,
                               auth=(quote(self._id, safe=""), quote(self._secret, safe="")))  # fmt: skip
            keys = self._told(client, "GET", endpoint(about, "jwks_uri"))
        return self._identity(token, keys, begun.nonce)

    def _identity(self, token: Mapping[str, Any], keys: Any, nonce: str) -> Identity:
        try:
            read = jwt.decode(str(token["id_token"]), KeySet.import_key_set(keys), algorithms=ALGORITHMS)
            options = {"iss": {"essential": True, "value": self.issuer}, "aud": {"essential": True, "value": self._id},
                       "nonce": {"essential": True, "value": nonce}}  # fmt: skip
            params = {"nonce": nonce, "client_id": self._id, "access_token": token.get("access_token")}
            claims = CodeIDToken(read.claims, read.header, options, params)
            claims.validate(now=int(self._clock()), leeway=LEEWAY_SECONDS)
        except (JoseError, AuthlibBaseError, KeyError, ValueError, TypeError):
            raise WrongPassword(say("sign_on.refused"), hint=say("sign_on.again")) from None
        name = claims.get(self._claim)
        if not isinstance(name, str) or not name:
            raise StudioError(say("sign_on.no_name", claim=self._claim), hint=say("sign_on.other_claim"))
        return Identity(self.issuer, str(claims["sub"]), name)

    def _client(self) -> httpx.Client:
        return httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False)

    def _about(self, client: httpx.Client) -> dict[str, Any]:
        """What the issuer tells of itself; it has to be the one that was named."""
        about = self._told(client, "GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if about.get("issuer") != self.issuer:
            raise StudioError(say("sign_on.other_issuer", issuer=self.issuer), hint=say("sign_on.tell_administrator"))
        return about

    def _told(self, client: httpx.Client, method: str, address: str, **more: Any) -> dict[str, Any]:
        """A JSON object; StudioError for anything else, and for one that has no end."""
        try:
            with client.stream(method, address, **more) as answer:
                answer.raise_for_status()
                body = b""
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > LONGEST_ANSWER:
                        raise ValueError
            told = json.loads(body)
            if not isinstance(told, dict):
                raise ValueError
            return told
        except (httpx.HTTPError, ValueError, RecursionError) as error:
            why = type(error).__name__ if isinstance(error, httpx.HTTPError) else say("sign_on.no_answer")
            raise StudioError(say("sign_on.away", issuer=self.issuer, why=why),
                              hint=say("sign_on.tell_administrator")) from None  # fmt: skip


def endpoint(about: Mapping[str, Any], name: str) -> str:
    """One of the issuer's addresses; StudioError for one whose way is not encrypted."""
    address = str(about.get(name, ""))
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise StudioError(say("sign_on.not_encrypted", name=name), hint=say("sign_on.tell_administrator"))
    return address
