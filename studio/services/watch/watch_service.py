"""The watch over served use: switched on by whoever may change the project, read by everybody who sees it.

It says what has changed and what to do; it never teaches anything by itself.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from studio.copy.catalog import say
from studio.errors import NotFound, StudioError, WrongSetting
from studio.evaluation.watch.question_test import LEAST_HELD
from studio.evaluation.watch.use_watch import MONITORS
from studio.schemas.loop.feedback import Feedback
from studio.schemas.loop.served_use import UseSettings
from studio.services.feedback.feedback_service import FeedbackService
from studio.services.versions.served_version import ServedVersions
from studio.services.watch.alarm_facts import distinctive_words, month_day
from studio.services.watch.masked_question import masked_question
from studio.services.watch.use_reading import ReferenceQuestions, UseReading
from studio.services.watch.watch_record import UseDay, WatchAlarm, WatchRecord
from studio.services.watch.watch_store import WatchStore
from studio.storage.database import Database
from studio.storage.home import Home
from studio.storage.loop.use_log import UseLog, UsePlace

LONGEST_REASON = 500
AGES = 30  # days after which the calendar is mentioned
ENOUGH_HELD = 150  # held-out questions; with fewer the doubt about them makes the watch slow
MOST_REMEMBERED = 8  # versions whose questions stay in memory


@dataclass(frozen=True)
class ToRead:
    """An example of an alarm: when, and what was asked, masked. Empty where its days are over."""

    id: str
    at: datetime
    question: str


@dataclass(frozen=True)
class AlarmSentence:
    """An alarm, in a sentence with what to do; `readable`: how many examples are still there to read."""

    alarm: WatchAlarm
    text: str
    readable: int


@dataclass(frozen=True)
class WatchView:
    """How the watch stands. `version` is the one that is served, else the one that answered last."""

    project: str
    settings: UseSettings
    version: str
    alarms: tuple[AlarmSentence, ...]  # open ones first, each kind newest first
    monitors: tuple[str, ...]  # a sentence each
    days: tuple[tuple[str, UseDay], ...]  # ISO day -> figures, oldest first
    calendar: str  # a hint, or empty

    @property
    def open(self) -> tuple[AlarmSentence, ...]:
        """Those that nobody has dealt with."""
        return tuple(one for one in self.alarms if one.alarm.is_open)

    @property
    def total(self) -> UseDay:
        """All days together."""
        whole = UseDay()
        for _, day in self.days:
            whole = whole.plus(**day.model_dump())
        return whole


class WatchService:
    """The verbs around the watch."""

    def __init__(self, home: Home, ledger: Database, clock: Callable[[], datetime], feedback: FeedbackService) -> None:
        self._home, self._ledger, self._clock, self._feedback = home, ledger, clock, feedback
        self._log, self._store, self._served = UseLog(home), WatchStore(home), ServedVersions(home, clock)
        self._references: dict[str, ReferenceQuestions] = {}

    # Switching

    def settings(self, project: str) -> UseSettings:
        """Whether it is on, and for how many days questions are kept."""
        self._home.project_folder(project)
        return self._log.settings(project)

    def switch_on(self, project: str, *, by: str, days: int = 0, thumbs_rate: float | None = None) -> UseSettings:
        """Keep from now on how versions are used; 0 days: as before. `thumbs_rate`: the share of thumbs up at release,
        where somebody knows it; without it the first hundred thumbs say it."""
        before = self.settings(project)
        days = days or before.days
        if not 1 <= days <= 365:
            raise WrongSetting(say("watch.wrong_days", days=days), hint=say("watch.days_between"), where="days")
        if thumbs_rate is not None and not 0 < thumbs_rate < 1:
            raise WrongSetting(say("watch.wrong_rate"), hint=say("watch.rate_between"), where="thumbs")
        rate = before.thumbs_rate if thumbs_rate is None else thumbs_rate
        settings = UseSettings(is_on=True, days=days, thumbs_rate=rate, salt=before.salt or secrets.token_hex(16),
                               by=by, at=self._clock())  # fmt: skip
        self._log.write_settings(project, settings)
        self._log.sweep(project, self._clock())
        self._ledger.note(by, "watch on", project)
        return settings

    def switch_off(self, project: str, *, by: str, forget: bool = False) -> UseSettings:
        """Keep nothing from now on. `forget`: what was kept goes at once, with what was found in it."""
        before = self.settings(project)
        if not before.is_on and not forget:
            return before
        settings = before.model_copy(update={"is_on": False, "by": by, "at": self._clock()})
        self._log.write_settings(project, settings)
        if forget:
            for path in (*self._log.days(project), self._store.path(project)):
                path.unlink(missing_ok=True)
            settings = settings.model_copy(update={"salt": ""})
            self._log.write_settings(project, settings)
        self._ledger.note(by, "watch off", project)
        return settings

    # Looking

    def view(self, project: str) -> WatchView:
        """How it stands, with everything in it that was asked by now."""
        record = self._read(project)
        alarms = sorted(record.alarms, key=lambda one: (not one.is_open, -one.at.timestamp()))
        version = self._served.run(project) or self._newest(record)
        return WatchView(
            project, self.settings(project), version, tuple(self._sentence(project, one) for one in alarms),
            self._monitors(record, version), tuple((day.isoformat(), one) for day, one in sorted(record.days.items())),
            self._calendar(version),
        )  # fmt: skip

    def alarms(self, project: str) -> tuple[AlarmSentence, ...]:
        """All of them, the open ones first."""
        return self.view(project).alarms

    def examples(self, project: str, alarm: str) -> tuple[ToRead, ...]:
        """What is to be read of an alarm, newest first; what is older than the days that were set is gone."""
        found = self._alarm(self._read(project), alarm)
        return tuple(sorted(self._to_read(project, found), key=lambda one: one.at, reverse=True))

    def dismiss(self, project: str, alarm: str, reason: str, *, by: str, request_key: str = "") -> WatchView:
        """Say why it is all right so; the monitor learns what is usual anew. The same press again does nothing."""
        words = " ".join(reason.split())
        if not words or len(words) > LONGEST_REASON:
            raise StudioError(say("watch.reason_needed"), hint=say("watch.reason_length", most=LONGEST_REASON),
                              where="reason")  # fmt: skip
        with self._store.held(project):
            record = self._updated(project)
            found = self._alarm(record, alarm)
            if found.is_open:
                done = found.model_copy(update={"dismissed_by": by, "dismissed_at": self._clock(), "reason": words})
                alarms = tuple(done if one.id == alarm else one for one in record.alarms)
                known = record.versions[found.version]
                known = known.model_copy(update={
                    "state": known.state.dismissed(found.monitor), "outcomes": {**known.outcomes, found.monitor: ()},
                })  # fmt: skip
                versions = {**record.versions, found.version: known}
                self._store.write(project, record.model_copy(update={"alarms": alarms, "versions": versions}))
                self._ledger.note(by, "dismiss alarm", f"{project}/{alarm}")
        return self.view(project)

    # Within

    def _read(self, project: str) -> WatchRecord:
        self._home.project_folder(project)
        if not self.settings(project).salt:  # it was never on
            return WatchRecord()
        with self._store.held(project):
            return self._updated(project)

    def _updated(self, project: str) -> WatchRecord:
        """The record, with what came since in it. The caller holds it."""
        record, settings = self._store.read(project), self.settings(project)
        used, place = self._log.after(project, UsePlace(record.day, record.lines))
        since = max((at for at in (record.judged_until, settings.at) if at is not None), default=None)
        judged = [one for one in self._feedback.all(project) if counts(one, since)] if settings.is_on else []
        if not used and not judged:
            return record
        texts = {one.conversation: one.question for one in self._log.all(project)}
        after = UseReading(record, self._reference, texts, settings.thumbs_rate).take(used, judged)
        after = after.model_copy(update={"day": place.day, "lines": place.lines})
        self._store.write(project, after)
        return after

    def _reference(self, version: str) -> ReferenceQuestions:
        """Of a version that is gone by now there is none. Rows of a run never change: they are masked once."""
        if version in self._references:
            return self._references[version]
        try:
            run = self._home.run(version)
        except NotFound:
            return ReferenceQuestions((), ())
        exam = self._home.exam(run.spec.project)
        learned = [masked_question(one.question) for one in run.train]
        held = [*run.validation, *(exam.examples if exam else ())]
        made = ReferenceQuestions(tuple(learned), tuple(masked_question(one.question) for one in held))
        if len(self._references) >= MOST_REMEMBERED:
            self._references.clear()
        self._references[version] = made
        return made

    def _alarm(self, record: WatchRecord, id: str) -> WatchAlarm:
        found = next((one for one in record.alarms if one.id == id), None)
        if found is None:
            raise NotFound(say("watch.no_such_alarm"), hint=say("watch.alarms_lists"), where=id[:40])
        return found

    def _to_read(self, project: str, alarm: WatchAlarm) -> list[ToRead]:
        ids = set(alarm.to_read)
        if alarm.monitor == "thumbs":
            return [ToRead(one.id, one.at, masked_question(one.question))
                    for one in self._feedback.all(project) if one.id in ids]  # fmt: skip
        found = {one.conversation: ToRead(one.conversation, one.at, one.question)
                 for one in self._log.all(project, alarm.since) if one.conversation in ids}  # fmt: skip
        return list(found.values())

    def _sentence(self, project: str, alarm: WatchAlarm) -> AlarmSentence:
        read = self._to_read(project, alarm)
        words = ""
        if alarm.monitor == "questions" and read:
            learned = self._reference(alarm.version).learned
            words = ", ".join(f"“{word}”" for word in distinctive_words([one.question for one in read], learned))
        key = alarm.words + ("_words" if words else "")
        text = say(key, words=words, since=month_day(alarm.since), count=alarm.count, total=alarm.total,
                   rate=alarm.rate or 0.0)  # fmt: skip
        to_do = say(f"watch.do_{alarm.monitor}", read=len(read)) if alarm.is_open else say(
            "watch.dismissed", by=alarm.dismissed_by, reason=alarm.reason)  # fmt: skip
        return AlarmSentence(alarm, f"{text} {to_do}", len(read))

    def _monitors(self, record: WatchRecord, version: str) -> tuple[str, ...]:
        known = record.versions.get(version)
        if known is None:
            return ()
        state, reference = known.state, self._reference(version)
        said = []
        for monitor in MONITORS:
            if monitor == "questions" and (not reference.learned or len(reference.held_out) < LEAST_HELD):
                said.append(say("watch.too_few_held_out", count=len(reference.held_out), least=LEAST_HELD))
            elif monitor == "questions":
                told = say("watch.watches_questions", count=state.questions.count, new=state.questions.new)
                late = len(reference.held_out) < ENOUGH_HELD
                said.append(told + (f" {say('watch.few_held_out', count=len(reference.held_out))}" if late else ""))
            else:
                rates = state.thumbs if monitor == "thumbs" else state.refusals
                key = "learns" if rates.is_learning else "watches"
                told = say(f"watch.{key}_{monitor}", rate=rates.rate or 0.0, count=rates.reference_count,
                           wanted=rates.wanted, bets=rates.bets.bets)  # fmt: skip
                held = rates.earlier_rate
                said.append(told if held is None else f"{told} {say(f'watch.held_to_{monitor}', rate=held)}")
        return tuple(said)

    def _calendar(self, version: str) -> str:
        try:
            days = (self._clock() - self._home.run(version).spec.created).days if version else 0
        except NotFound:
            return ""
        return say("watch.calendar", days=days) if days >= AGES else ""

    def _newest(self, record: WatchRecord) -> str:
        began = {version: known.began for version, known in record.versions.items()}
        return max(began, key=lambda version: began[version], default="")


def counts(one: Feedback, since: datetime | None) -> bool:
    """Whether a feedback is a thumb of use: given on an answer of a known version, after this."""
    return one.origin != "table" and one.version != "" and (since is None or one.at > since)
