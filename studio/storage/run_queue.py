"""What waits for an accelerator, who used one for how long, and who holds one now: tables of a home's database."""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from sqlite3 import Connection

from studio.storage.database import FAIR_TURNS, Database

HALF_LIFE_SECONDS = 7 * 24 * 3600.0


@dataclass(frozen=True)
class Waiting:
    """A run in the queue. `place` is smaller the longer it waits; a higher `priority` goes first, whoever asks."""

    run: str
    person: str
    place: int
    priority: int = 0


@dataclass(frozen=True)
class Tenure:
    """An accelerator in use. Its `fence` is larger than that of everybody who held it before."""

    accelerator: str
    fence: int
    run: str
    person: str
    began: float  # seconds since 1970, as `beat`
    beat: float  # when its holder was last heard of

    def seconds(self, now: float) -> float:
        """For how long it is held; never negative, whatever the clock was set to meanwhile."""
        return max(0.0, now - self.began)


def decayed(seconds: float, age: float) -> float:
    """What is left of use that lies `age` seconds back: half after seven days. Older use weighs less, as in Slurm's
    multifactor priority. A clock that was set back counts as no time at all."""
    return seconds * math.exp2(-max(0.0, age) / HALF_LIFE_SECONDS)


class RunQueue:
    """Safe from any thread and process: each verb is one short transaction."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock

    @property
    def mark(self) -> tuple[int, ...]:
        """Changes with every write to the database; costs no connection."""
        return self._database.mark

    def enqueue(self, run: str, person: str) -> None:
        """Take a place at the end; a run that already waits keeps its place."""
        with self._writing() as db:
            db.execute("INSERT OR IGNORE INTO queue (run, by, at) VALUES (?, ?, ?)", (run, person, self._now()))

    def put_back(self, run: str, person: str) -> None:
        """Give a run that left the queue the first place again."""
        with self._writing() as db:
            db.execute(
                "INSERT OR IGNORE INTO queue (place, run, by, at, priority) "
                "SELECT COALESCE(MIN(place), 1) - 1, ?, ?, ?, COALESCE(MAX(priority), 0) FROM queue",
                (run, person, self._now()),
            )  # fmt: skip

    def leave(self, run: str) -> bool:
        """Give the place up; whether it had one: of two who take a run, one is told so."""
        with self._writing() as db:
            return db.execute("DELETE FROM queue WHERE run = ?", (run,)).rowcount == 1

    def move(self, run: str, priority: int) -> bool:
        """Before or behind what others wait for; whether it waits at all."""
        with self._writing() as db:
            return db.execute("UPDATE queue SET priority = ? WHERE run = ?", (priority, run)).rowcount == 1

    def swap(self, run: str, person: str, *, earlier: bool) -> bool:
        """Change the places of two of this person's runs of one priority that stand next to each other; False when
        the run is not hers, does not wait, or has none of hers before (behind) it."""
        with self._writing() as db:
            found = db.execute("SELECT place, priority FROM queue WHERE run = ? AND by = ?", (run, person)).fetchone()
            if found is None:
                return False
            beside, order = ("<", "DESC") if earlier else (">", "ASC")
            other = db.execute(
                f"SELECT run, place FROM queue WHERE by = ? AND priority = ? AND place {beside} ? "
                f"ORDER BY place {order} LIMIT 1", (person, found[1], found[0]),
            ).fetchone()  # fmt: skip
            if other is None:
                return False
            lowest = db.execute("SELECT MIN(place) - 1 FROM queue").fetchone()[0]
            for name, place in ((run, lowest), (other[0], found[0]), (run, other[1])):
                db.execute("UPDATE queue SET place = ? WHERE run = ?", (place, name))
            return True

    def waiting(self) -> list[str]:
        """The ids of the runs that wait, by age."""
        return [row.run for row in self.rows()]

    def rows(self) -> list[Waiting]:
        """All that wait, by age."""
        with self._database.connect() as db:
            priority = "priority" if has_fair_turns(db) else "0"
            found = db.execute(f"SELECT run, by, place, {priority} FROM queue ORDER BY place")
            return [Waiting(*row) for row in found]

    def used(self) -> dict[str, float]:
        """Seconds of an accelerator by person, older ones weighing less, what runs now counted live."""
        now = self._clock()
        with self._database.connect() as db:
            if not has_fair_turns(db):
                return {}
            total = {p: decayed(s, now - at) for p, s, at in db.execute("SELECT person, seconds, at FROM usage")}
            for tenure in self._tenures(db):
                total[tenure.person] = total.get(tenure.person, 0.0) + tenure.seconds(now)
        return total

    def tenures(self) -> list[Tenure]:
        """The accelerators in use, as their holders said; one who was killed has not said that it ended."""
        with self._database.connect() as db:
            return self._tenures(db) if has_fair_turns(db) else []

    def begin(self, accelerator: str, run: str, person: str) -> Tenure:
        """The caller holds the accelerator's lock. Whoever held it before and did not say goodbye is charged for the
        time until it was last heard of."""
        now = self._clock()
        with self._writing() as db:
            for before in self._tenures(db, accelerator):
                self._charge(db, before.person, before.seconds(before.beat), now)
            row = db.execute("SELECT fence FROM leases WHERE accelerator = ?", (accelerator,)).fetchone()
            tenure = Tenure(accelerator, (row[0] if row else 0) + 1, run, person, now, now)
            db.execute(
                "INSERT OR REPLACE INTO leases (accelerator, fence, run, person, began, beat) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (accelerator, tenure.fence, run, person, now, now),
            )
        return tenure

    def beat(self, tenure: Tenure) -> bool:
        """Its holder is still there; False when somebody has taken the accelerator since."""
        with self._writing() as db:
            changed = db.execute(
                "UPDATE leases SET beat = ? WHERE accelerator = ? AND fence = ? AND run = ?",
                (self._clock(), tenure.accelerator, tenure.fence, tenure.run),
            )
            return changed.rowcount == 1

    def end(self, tenure: Tenure, seconds: float) -> None:
        """It held the accelerator for so long, by a clock that nobody sets. Nothing when somebody has taken it since,
        who charged for it then."""
        with self._writing() as db:
            given = db.execute(
                "UPDATE leases SET run = '', person = '' WHERE accelerator = ? AND fence = ? AND run = ?",
                (tenure.accelerator, tenure.fence, tenure.run),
            )
            if given.rowcount == 1:
                self._charge(db, tenure.person, seconds, self._clock())

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        self._database.complete()
        with self._database.transaction() as db:
            yield db

    def _tenures(self, db: Connection, accelerator: str = "") -> list[Tenure]:
        found = db.execute("SELECT accelerator, fence, run, person, began, beat FROM leases WHERE run != ''")
        return [tenure for row in found if accelerator in ("", (tenure := Tenure(*row)).accelerator)]

    def _charge(self, db: Connection, person: str, seconds: float, now: float) -> None:
        row = db.execute("SELECT seconds, at FROM usage WHERE person = ?", (person,)).fetchone()
        before = decayed(row[0], now - row[1]) if row else 0.0
        db.execute(
            "INSERT OR REPLACE INTO usage (person, seconds, at) VALUES (?, ?, ?)", (person, before + seconds, now)
        )

    def _now(self) -> str:
        return datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="seconds")


def has_fair_turns(db: Connection) -> bool:
    """Not yet in a home of before 0.3 that is only looked at."""
    return bool(db.execute("PRAGMA user_version").fetchone()[0] >= FAIR_TURNS)


def in_turn(waiting: list[Waiting], used: Mapping[str, float], planned: Mapping[str, float]) -> list[Waiting]:
    """The order in which they will be carried out as things stand: priority, then whoever used the least, then age.

    After each choice that person's use grows by what the run is planned to take (`planned`, seconds by run), so the
    whole of the queue is foretold and not only the next one. Ties go to the one who waits longest.
    """
    use, left, order = dict(used), sorted(waiting, key=lambda one: one.place), []
    while left:
        best = min(left, key=lambda one: (-one.priority, use.get(one.person, 0.0), one.place))
        left.remove(best)
        order.append(best)
        use[best.person] = use.get(best.person, 0.0) + planned.get(best.run, 0.0)
    return order
