"""Takes in what was added to the log of served use and to the feedback since, version by version."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from studio.evaluation.watch.use_watch import MONITORS, AskedConversation, Thumb, UseWatch, WatchState
from studio.schemas.loop.feedback import Feedback
from studio.schemas.loop.served_use import ServedUse
from studio.services.watch.alarm_facts import since_when
from studio.services.watch.watch_record import MOST_DAYS, Outcome, UseDay, VersionWatch, WatchAlarm, WatchRecord

GOOD = ("right", "up")
TO_READ = 12
STEP = 20  # conversations between two looks, so that an alarm knows its day


@dataclass(frozen=True)
class ReferenceQuestions:
    """Of a version: what it learned from, and what was held out (validation and exam)."""

    learned: tuple[str, ...]
    held_out: tuple[str, ...]


class UseReading:
    """One pass. `reference` gives the questions of a version; `texts` those of the log by conversation."""

    def __init__(
        self, record: WatchRecord, reference: Callable[[str], ReferenceQuestions], texts: Mapping[str, str],
        thumbs_rate: float | None,
    ) -> None:  # fmt: skip
        self.record, self._reference, self._texts = record, reference, texts
        self._thumbs_rate = thumbs_rate

    def take(self, used: Sequence[ServedUse], judged: Sequence[Feedback]) -> WatchRecord:
        """The record with both in it."""
        judged = sorted(judged, key=lambda one: one.at)
        for version in dict.fromkeys([*(one.version for one in used), *(one.version for one in judged)]):
            self._take_version(
                version, [one for one in used if one.version == version],
                [one for one in judged if one.version == version],
            )  # fmt: skip
        days = dict(self.record.days)
        for use in used:
            days[use.at.date()] = days.get(use.at.date(), UseDay()).plus(
                asked=1, refused=use.is_refusal, unfinished=not use.is_whole, lost=use.lost,
                question_letters=use.question_letters, reply_letters=use.reply_letters, seconds=use.seconds,
            )  # fmt: skip
        for one in judged:
            day, name = one.at.date(), "up" if one.judgement in GOOD else "down"
            days[day] = days.get(day, UseDay()).plus(**{name: 1})
        kept = dict(sorted(days.items())[-MOST_DAYS:])
        until = judged[-1].at if judged else self.record.judged_until
        self.record = self.record.model_copy(update={"days": kept, "judged_until": until})
        return self.record

    def _take_version(self, version: str, used: Sequence[ServedUse], judged: Sequence[Feedback]) -> None:
        known = self.record.versions.get(version)
        first = min([*(one.at for one in used), *(one.at for one in judged)])
        known = known or VersionWatch(
            began=first, state=WatchState.starting(thumbs_rate=self._thumbs_rate, before=self._before(first))
        )
        reference = self._reference(version)
        watch = UseWatch(known.state, reference.learned, reference.held_out, self._texts)
        for some in portions(list(merged(used, judged)), STEP):
            at = some[-1].at.astimezone(UTC)
            asked = watch.ask([conversation_of(one) for one in some if isinstance(one, ServedUse) and one.is_whole])
            thumbs = watch.judge([thumb_of(one) for one in some if isinstance(one, Feedback)])
            known = known.with_outcomes(
                "questions", [Outcome(id=one.id, day=one.day, against=new) for one, new in asked]
            )
            known = known.with_outcomes("refusals", [Outcome(id=one.id, day=one.day, against=one.refused)
                                                     for one, _ in asked])  # fmt: skip
            known = known.with_outcomes("thumbs", [Outcome(id=one.conversation, day=one.day, against=not one.good)
                                                   for one in thumbs])  # fmt: skip
            known = known.model_copy(update={"state": watch.state})
            self._count_new(asked)
            self._raise(version, known, at)
        self.record = self.record.model_copy(update={"versions": {**self.record.versions, version: known}})

    def _before(self, began: datetime) -> WatchState | None:
        """How the version stands that began to answer last before this one."""
        others = [one for one in self.record.versions.values() if one.began < began]
        return max(others, key=lambda one: one.began).state if others else None

    def _count_new(self, asked: Sequence[tuple[AskedConversation, bool]]) -> None:
        days = dict(self.record.days)
        for one, new in asked:
            if new:
                days[one.day] = days.get(one.day, UseDay()).plus(new=1)
        self.record = self.record.model_copy(update={"days": days})

    def _raise(self, version: str, known: VersionWatch, at: datetime) -> None:
        """An alarm for each monitor that speaks up and has none open; an open one counts on."""
        for monitor in MONITORS:
            if monitor not in known.state.alarms:
                continue
            place = next((place for place, one in enumerate(self.record.alarms)
                          if (one.version, one.monitor) == (version, monitor) and one.is_open), None)  # fmt: skip
            alarms = list(self.record.alarms)
            fresh = alarm_of(f"a{len(alarms) + 1}", monitor, version, known, at)
            if place is None:
                alarms.append(fresh)
            else:
                since = [one for one in known.outcomes[monitor] if one.day >= alarms[place].since]
                against = [one for one in since if one.against]
                alarms[place] = alarms[place].model_copy(update={
                    "count": len(against), "total": len(since), "to_read": ids_of(against),
                })  # fmt: skip
            self.record = self.record.model_copy(update={"alarms": tuple(alarms)})


def alarm_of(id: str, monitor: str, version: str, known: VersionWatch, at: datetime) -> WatchAlarm:
    """What has changed, since when, and how much speaks for it."""
    rate, is_earlier = rate_spoken_against(known.state, monitor)
    since = since_when(known.outcomes[monitor], rate if rate is not None else 0.05)
    against = [one for one in since if one.against]
    return WatchAlarm(id=id, monitor=monitor, version=version, at=at, since=since[0].day, count=len(against),
                      total=len(since), rate=rate, is_earlier=is_earlier, to_read=ids_of(against))  # fmt: skip


def rate_spoken_against(state: WatchState, monitor: str) -> tuple[float | None, bool]:
    """The share that spoke against the version at release (thumbs down, refusals or new questions), or against the
    versions before it where this one is worse than those."""
    if monitor == "questions":
        return (state.frequent.rate if state.frequent else None), False
    watched = state.thumbs if monitor == "thumbs" else state.refusals
    rate = watched.earlier_rate if watched.is_worse_than_earlier else watched.rate
    return (1 - rate if monitor == "thumbs" and rate is not None else rate), watched.is_worse_than_earlier


def ids_of(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """The newest of them, oldest first."""
    return tuple(one.id for one in outcomes[-TO_READ:])


def conversation_of(one: ServedUse) -> AskedConversation:
    """As the watch takes it."""
    return AskedConversation(one.conversation, one.person, one.at.date(), one.question, one.is_refusal)


def thumb_of(one: Feedback) -> Thumb:
    """As the watch takes it. Of the server's own feedback only the application is known, not who thought so."""
    person = "" if one.origin == "server" else one.author
    return Thumb(one.id, person, one.at.date(), one.judgement in GOOD)


def merged(used: Iterable[ServedUse], judged: Iterable[Feedback]) -> list[ServedUse | Feedback]:
    """Both in the order of time."""
    return sorted([*used, *judged], key=lambda one: one.at)


def portions(some: Sequence[ServedUse | Feedback], size: int) -> Iterable[Sequence[ServedUse | Feedback]]:
    """So many at a time."""
    return (some[place : place + size] for place in range(0, len(some), size))
