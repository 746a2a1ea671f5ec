"""Who is told of a run that ended, and that she is: one thread, three tries, a line in the audit log for each."""

import json
import logging
import queue
import smtplib
import threading
from collections.abc import Callable
from contextlib import suppress

from studio.copy.catalog import say
from studio.errors import NotFound, StudioError
from studio.services.notices.notice_store import NoticeStore, NoticeWish
from studio.services.notices.sending import refuse_mail_address, refuse_webhook, send_mail, send_webhook
from studio.settings import Settings
from studio.storage.account_store import AccountStore
from studio.storage.database import Database
from studio.storage.home import Home

log = logging.getLogger("studio.notices")
TRIES, PAUSE_SECONDS = 3, 20.0


class Notices:
    """`address` is the studio's own as people open it."""

    def __init__(
        self, settings: Settings, home: Home, ledger: Database, *, address: str, password: str = "",
        pause_seconds: float = PAUSE_SECONDS,
    ) -> None:  # fmt: skip
        self._settings, self._home, self._ledger, self._address = settings, home, ledger, address
        self._store, self._people, self._password = NoticeStore(ledger), AccountStore(ledger), password
        self._ended: queue.Queue[str | None] = queue.Queue(maxsize=1000)
        self._closing, self._pause = threading.Event(), pause_seconds
        threading.Thread(target=self._work, name="notices", daemon=True).start()

    @property
    def by_mail(self) -> bool:
        """Whether an administrator named a mail server."""
        return bool(self._settings.smtp_host)

    @property
    def hosts(self) -> tuple[str, ...]:
        """To which an address may belong."""
        return self._settings.webhook_hosts

    def wish(self, person: str) -> NoticeWish:
        """Where she wants word."""
        return self._store.wish(person)

    def keep(self, person: str, email: str, webhook: str, *, by: str) -> NoticeWish:
        """StudioError for an address that is none, or that the administrator did not allow. Both empty: no word."""
        email, webhook = email.strip(), webhook.strip()
        if email:
            refuse_mail_address(email)
            if not self.by_mail:
                raise StudioError(say("notices.no_mail"), hint=say("notices.ask_host"), where="email")
        if webhook:
            refuse_webhook(webhook, self.hosts)
        kept = self._store.keep(person, email, webhook)
        self._ledger.note(by, "set notices", " ".join(n for n, v in (("email", email), ("webhook", webhook)) if v))
        return kept

    def run_ended(self, run: str) -> None:
        """Returns at once; what cannot be told is in the log."""
        try:
            self._ended.put_nowait(run)
        except queue.Full:
            log.warning("too many notices wait: one was left out")

    def close(self) -> None:
        """What is on its way may be lost; may be called from a signal's handler."""
        self._closing.set()
        with suppress(queue.Full):
            self._ended.put_nowait(None)

    def _work(self) -> None:
        while not self._closing.is_set() and (run := self._ended.get()) is not None:
            try:
                self._tell(run)
            except (NotFound, OSError) as error:
                log.warning("no word of %s: %s", run, error)

    def _tell(self, run: str) -> None:
        folder = self._home.run(run)
        person = next((one for one in self._people.people() if one.signature == folder.spec.by), None)
        wish = self._store.wish(person.id) if person is not None else NoticeWish()
        status = folder.seen_state().status.value
        said = say(f"notices.{status}") if status in ("done", "failed", "stopped", "interrupted") else status
        text = say("notices.text", run=run, said=said, address=self._address)
        body = json.dumps({"run": run, "status": status, "address": self._address}).encode()
        if wish.email and self.by_mail:
            self._try("mail", run, lambda: send_mail(self._settings, self._password, wish.email,
                                                     say("notices.subject", said=said), text))  # fmt: skip
        if wish.webhook:
            self._try("webhook", run, lambda: send_webhook(wish.webhook, wish.secret, body, self.hosts))

    def _try(self, way: str, run: str, send: Callable[[], None]) -> None:
        for attempt in range(TRIES):
            try:
                send()
                self._ledger.note("-", f"notice by {way}", run)
                return
            except (OSError, smtplib.SMTPException, StudioError) as error:
                log.info("notice by %s: %s", way, error)
            if attempt + 1 < TRIES and self._closing.wait(self._pause):
                return
        self._ledger.note("-", f"notice by {way} failed", run)
