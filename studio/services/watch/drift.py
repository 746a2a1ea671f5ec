"""What the watch over served use has found, for those who only read it: a report, a list of versions."""

from studio.schemas.sentence import Sentence
from studio.services.watch.alarm_facts import month_day
from studio.services.watch.watch_store import WatchStore
from studio.storage.home import Home


def open_alarms(home: Home, project: str) -> tuple[Sentence, ...]:
    """The alarms that nobody has dealt with, as they stood when somebody last looked; nothing new is read for them."""
    return tuple(
        Sentence.of(alarm.words, since=month_day(alarm.since), count=alarm.count, total=alarm.total,
                    rate=alarm.rate or 0.0)
        for alarm in WatchStore(home).read(project).alarms
        if alarm.is_open
    )  # fmt: skip
