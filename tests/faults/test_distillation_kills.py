"""A kill at every file operation of preparing, answering, marking and using a distillation: each step is whole or
absent, and the next one that is prepared takes away what was half made."""

import os
import textwrap
from pathlib import Path

import pytest

from studio.schemas.loop.distillation import Distillation
from studio.storage.home import Home
from studio.storage.loop.distillation_store import DistillationStore
from tests.faults.test_every_operation import killed_everywhere

MADE = textwrap.dedent("""
    from datetime import UTC, datetime
    from pathlib import Path
    from studio.schemas.example import Example, Message
    from studio.schemas.loop.distillation import AnswerMark, Distillation, Teacher, TeacherRights, UnansweredRow
    from studio.storage.home import Home
    from studio.storage.loop.distillation_store import DistillationStore

    def made(id):
        rights = TeacherRights(by="ana", at=datetime.now(UTC), licence="MIT", statement="MIT allows it.")
        return Distillation(id=id, project="p", created=datetime.now(UTC), by="ana", rights=rights, source="q.csv",
                            teacher=Teacher(kind="model", name="starter", model="starter", model_folder="f"),
                            questions_in=3, left_out={"twice": 1})

    def asked(id, *more):
        said = [Message(role="assistant", content=one) for one in more]
        return Example(id=id, messages=(Message(role="user", content=f"Secret {id}?"), *said))

    store = DistillationStore(Home(Path("HOME")))
    LATER
""")
STEPS = """
    one = made("d1")
    store.put(one, [asked("r1"), asked("r2")], [UnansweredRow(row="3", reason="twice")])
    one = store.finish(one, [asked("r1", "Ten.")], [UnansweredRow(row="2", reason="no_reply")],
                       finished=datetime.now(UTC), answers=1, left_out={"twice": 1, "no_reply": 1})
    one = store.change(one, drawn=1)
    store.mark(one, AnswerMark(row="r1", mark="right", by="ana", at=datetime.now(UTC)))
    store.change(one, used="d2")
"""


def code(later: str) -> str:
    return MADE.replace("LATER", textwrap.dedent(later).strip())


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_each_step_of_a_distillation_is_whole_or_absent_at_every_operation(tmp_path: Path) -> None:
    Home(tmp_path / "template").create_project("p", "ana", id="p")
    seen = []
    for home in killed_everywhere(tmp_path, [["-c", code(STEPS)]], str(tmp_path / "template")):
        store = DistillationStore(Home(home))
        found = [store.read("p", id) for id in store.ids("p")]
        for one in found:
            assert len(store.questions(one)) == 2 and len(store.left_out(one)) in (1, 2)
            if one.finished:  # said last: then everything is there
                assert one.answers == len(store.answers(one)) == 1
                assert one.questions_in == one.answers + len(store.left_out(one))
        seen.append(tuple((bool(one.finished), one.drawn, len(store.marks(one)), one.used) for one in found))
        exec(code('store.put(made("d9"), [asked("r9")], [])').replace("HOME", str(home)), {})
        assert {path.name for path in (home / "projects" / "p" / "distillations").iterdir()} == {
            "d9",
            *(one.id for one in found),
        }, "nothing half made is left"
    order = [(), ((False, 0, 0, ""),), ((True, 0, 0, ""),), ((True, 1, 0, ""),), ((True, 1, 1, ""),),
             ((True, 1, 1, "d2"),)]  # fmt: skip
    assert list(dict.fromkeys(seen)) == order
    assert isinstance(found[0], Distillation)
