"""Sign-ins: a signed cookie names one, the home's database says whether it still holds."""

from collections.abc import Callable
from datetime import datetime

from itsdangerous import BadData, URLSafeSerializer

from studio.schemas.people.person import Person
from studio.services.access import Actor
from studio.services.people.identity import SignedIn
from studio.storage.account_store import AccountStore

SIGN_IN_SECONDS = 7 * 24 * 3600
REMEMBERED = 1000


class SignIns:
    """Answers for each request, nearly always from memory: what is remembered holds while the database is unchanged."""

    def __init__(self, store: AccountStore, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._cookies = URLSafeSerializer(store.signing_key(), salt="sign-in")
        self._forms = URLSafeSerializer(store.signing_key(), salt="form")
        self._remembered: dict[str, tuple[Person, float]] = {}
        self._mark = -1

    def begin(self, person: Person) -> str | None:
        """The cookie of a new sign-in; None when she was removed meanwhile."""
        now = self._clock().timestamp()
        id = self._store.begin_sign_in(person.id, now + SIGN_IN_SECONDS, now)
        return str(self._cookies.dumps(id)) if id else None

    def signed_in(self, cookie: str) -> SignedIn | None:
        """Whose cookie this is; None for no cookie, an expired or revoked one, and a person who was removed."""
        id = loaded(self._cookies, cookie)
        found = self._look_up(id) if id else None
        if not id or found is None or found[1] <= self._clock().timestamp():
            return None
        person = found[0]
        return SignedIn(Actor(person.id, person.signature), id, person.is_administrator)

    def _look_up(self, id: str) -> tuple[Person, float] | None:
        mark = self._store.mark  # before the look: what changes after it is seen next time
        if mark != self._mark or len(self._remembered) > REMEMBERED:
            self._mark, self._remembered = mark, {}
        if id not in self._remembered:
            found = self._store.sign_in(id)
            if found is None:
                return None
            self._remembered[id] = found
        return self._remembered[id]

    def form_token(self, subject: str) -> str:
        """What a form of ours carries: signed for this sign-in, or for the page that nobody needs to sign in for."""
        return str(self._forms.dumps(subject))

    def is_form_token(self, token: str, subject: str) -> bool:
        """Whether the form came from our own page for this very subject."""
        return loaded(self._forms, token) == subject


def loaded(serializer: URLSafeSerializer, signed: str) -> str | None:
    """The text that was signed; None for anything else."""
    if not signed or len(signed) > 400:
        return None
    try:
        value = serializer.loads(signed)
    except BadData:
        return None
    return value if isinstance(value, str) else None
