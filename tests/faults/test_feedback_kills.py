"""A kill at every file operation of giving feedback, deciding about it and erasing it: each is whole or absent."""

import os
import textwrap
from pathlib import Path

import pytest

from studio.schemas.example import Message
from studio.schemas.loop.feedback import Feedback
from studio.storage.home import Home
from studio.storage.loop.feedback_store import FeedbackStore
from tests.faults.test_every_operation import killed_everywhere

GIVEN = textwrap.dedent("""
    from datetime import UTC, datetime
    from pathlib import Path
    from studio.schemas.example import Message
    from studio.services.feedback.feedback_service import FeedbackService
    from studio.storage.database import Database
    from studio.storage.home import Home
    from studio.storage.loop.feedback_store import FeedbackStore

    home = Home(Path("HOME"))
    service = FeedbackService(home, Database(Path("HOME") / "studio.db"), lambda: datetime.now(UTC))
    def give(key, correction):
        return service.add("p", by="ana", key=key, origin="chat", turns=[Message(role="user", content="How much?")],
                           reply="Ten.", judgement="wrong", correction=correction)
    one, two = give("k1", "Secret twelve."), give("k2", "Thirteen.")
    service.accept("p", [two.id], by="ana")
    service.change("p", one.id, "Secret fourteen.", by="ana")
    FeedbackStore(home).erase("p", lambda feedback: "Secret" in feedback.answer)
""")


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_feedback_and_its_erasure_are_whole_or_absent_at_every_operation(tmp_path: Path) -> None:
    Home(tmp_path / "template").create_project("p", "ana", id="p")
    seen = []
    for home in killed_everywhere(tmp_path, [["-c", GIVEN]], str(tmp_path / "template")):
        store = FeedbackStore(Home(home))
        seen.append(tuple((one.key, one.state) for one in store.all("p")))
        with store.held("p"):  # a further line goes on after whatever the kill left
            store.add("p", [Feedback(
                id="x", key="x", origin="chat", turns=(Message(role="user", content="?"),), reply="!", judgement="up",
                author="ben", at="2026-01-01T00:00:00Z",
            )])  # fmt: skip
        assert [one.key for one in store.all("p")] == [*(key for key, _ in seen[-1]), "x"]
    waits, decided = (("k1", "new"), ("k2", "new")), (("k1", "new"), ("k2", "accepted"))
    order = [(), waits[:1], waits, decided, (("k1", "changed"), ("k2", "accepted")), (("k2", "accepted"),)]
    assert list(dict.fromkeys(seen)) == order
    assert b"Secret" not in (home / "projects" / "p" / "feedback.jsonl").read_bytes()
