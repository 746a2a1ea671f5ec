"""Any order of people, tabs, kills and clocks: never two holders, never a run done twice, never a run forgotten."""

import os
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from studio.services.runs.queue_order import QueueOrder
from studio.storage.database import Database
from studio.storage.home import Home
from studio.storage.run_queue import RunQueue, Tenure

PEOPLE = ("ana", "ben", "cleo")


class Server:
    """One that may be killed: its lock is given back by the kernel, and nothing else is said."""

    def __init__(self, home: Home, clock: list[float]) -> None:
        self.queue = RunQueue(Database(home.path / "studio.db"), lambda: clock[0])
        self.order = QueueOrder(home, self.queue, running_per_person=1, clock=lambda: clock[0])
        self.lease = home.lease()
        self.tenure: Tenure | None = None


class Queue(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        memory = Path("/dev/shm")  # a disk would make this test wait for itself
        self.folder = tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)
        self.home = Home(Path(self.folder.name))
        self.clock = [1_000_000.0]
        self.servers = [Server(self.home, self.clock), Server(self.home, self.clock)]  # a page and a command
        self.asked, self.ended, self.withdrawn = Counter[str](), Counter[str](), set[str]()
        self.fences: list[int] = []

    def teardown(self) -> None:
        for server in self.servers:
            server.lease.release()
        self.folder.cleanup()

    @rule(person=st.sampled_from(PEOPLE), tab=st.integers(0, 1), twice=st.booleans())
    def ask(self, person: str, tab: int, twice: bool) -> None:
        run = f"{person}-{len(self.asked)}"
        for _ in range(1 + twice):  # a double click
            self.servers[tab].queue.enqueue(run, person)
        self.asked[run] += 1

    @rule(who=st.integers(0, 1), data=st.data())
    def withdraw(self, who: int, data: st.DataObject) -> None:
        if waiting := self.servers[who].queue.waiting():
            run = data.draw(st.sampled_from(waiting))
            assert self.servers[who].queue.leave(run)
            self.withdrawn.add(run)

    @rule(who=st.integers(0, 1), data=st.data(), priority=st.integers(-2, 2))
    def move(self, who: int, data: st.DataObject, priority: int) -> None:
        if waiting := self.servers[who].queue.waiting():
            assert self.servers[who].queue.move(data.draw(st.sampled_from(waiting)), priority)

    @rule(seconds=st.sampled_from([1.0, 60.0, 3600.0, 86_400.0, -3600.0]))
    def time_passes_or_is_set(self, seconds: float) -> None:
        self.clock[0] += seconds

    @rule(who=st.integers(0, 1))
    def take_the_next(self, who: int) -> None:
        server = self.servers[who]
        if server.tenure is not None or not server.lease.take():
            return
        chosen = server.order.next()
        if chosen is None or not server.queue.leave(chosen.run):
            server.lease.release()
            return
        server.tenure = server.queue.begin("", chosen.run, chosen.person)
        self.fences.append(server.tenure.fence)

    @rule(who=st.integers(0, 1))
    def finish(self, who: int) -> None:
        server = self.servers[who]
        if server.tenure is not None:
            self.ended[server.tenure.run] += 1
            server.queue.end(server.tenure, 10.0)
            server.tenure = None
            server.lease.release()

    @rule(who=st.integers(0, 1))
    def kill_and_start_again(self, who: int) -> None:
        killed = self.servers[who]
        killed.lease.release()  # what the kernel does
        self.servers[who] = Server(self.home, self.clock)
        if killed.tenure is not None:  # its run is interrupted, and resumed by somebody
            self.servers[who].queue.enqueue(killed.tenure.run, killed.tenure.person)

    @precondition(lambda self: self.fences)
    @rule()
    def a_holder_of_before_speaks(self) -> None:
        old = Tenure("", self.fences[0] - 1, "ghost", "ana", 0.0, 0.0)
        assert not self.servers[0].queue.beat(old)
        self.servers[0].queue.end(old, 1e9)

    @invariant()
    def there_is_one_holder(self) -> None:
        assert sum(server.tenure is not None for server in self.servers) <= 1
        assert self.fences == sorted(set(self.fences)), "each holder has a higher fence than all before"

    @invariant()
    def no_run_is_lost_or_done_twice(self) -> None:
        waiting = Counter(self.servers[0].queue.waiting())
        held = Counter(server.tenure.run for server in self.servers if server.tenure is not None)
        for run in self.asked:
            places = (
                waiting[run] + held[run] + self.ended[run] + (run in self.withdrawn and waiting[run] + held[run] == 0)
            )
            assert places == 1, f"{run} is in {places} places"

    @invariant()
    def use_is_never_negative_or_made_up(self) -> None:
        used = self.servers[0].queue.used()
        assert all(0.0 <= seconds < 1e8 for seconds in used.values())

    @invariant()
    def every_run_that_waits_is_in_the_order_once(self) -> None:
        order = [row.run for row in self.servers[1].order.order()]
        assert sorted(order) == sorted(self.servers[1].queue.waiting())


TestQueue = Queue.TestCase
TestQueue.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)


@pytest.mark.nightly
@pytest.mark.timeout(0)
def test_five_hundred_sequences() -> None:
    """`STUDIO_SEQUENCES=5000` for more."""
    many = int(os.environ.get("STUDIO_SEQUENCES", "500"))
    run_state_machine_as_test(Queue, settings=settings(max_examples=many, stateful_step_count=20, deadline=None))
