"""Passwords are kept as argon2id hashes, and checked in the same time whether there is such a person or not."""

import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from studio.copy.catalog import say
from studio.errors import StudioError

SHORTEST, LONGEST = 10, 1024  # characters
AT_ONCE = 2  # each check takes 64 MiB of memory


class Passwords:
    """Makes and checks hashes; a few at a time, so that many tries at once cannot fill the memory."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._at_once = threading.Semaphore(AT_ONCE)
        self._nobodys = self._hasher.hash(secrets.token_hex(16))
        self.checked = 0  # how many reached the hash function

    def hash(self, password: str, name: str) -> str:
        """StudioError for one that is too short, too long, or her name."""
        password = composed(password)
        if not SHORTEST <= len(password) <= LONGEST:
            raise StudioError(say("sign_in.password_length", least=SHORTEST, most=LONGEST),
                              hint=say("sign_in.password_idea"), where="password")  # fmt: skip
        if password.casefold() == composed(name).casefold() or len(set(password)) < 4:
            raise StudioError(say("sign_in.password_easy"), hint=say("sign_in.password_idea"), where="password")
        with self._at_once:
            return self._hasher.hash(password)

    def fits(self, password: str, hashed: str) -> bool:
        """Whether this is the password. An empty hash costs the same time and is always wrong."""
        with self._at_once:
            self.checked += 1
            try:
                return self._hasher.verify(hashed or self._nobodys, composed(password[:LONGEST])) and bool(hashed)
            except (VerificationError, InvalidHashError):
                return False


def composed(password: str) -> str:
    """The same letters on every keyboard (Unicode NFKC)."""
    return unicodedata.normalize("NFKC", password)
