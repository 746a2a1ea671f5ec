"""A kill at every file operation of the act that makes the next version leaves the old state or the new one."""

import os
import shutil
from pathlib import Path

import pytest

from studio.services.studio import Studio
from studio.services.versions.learned_feedback import learned_in
from studio.settings import Settings
from tests.fake_engine import FakeEngine
from tests.faults.test_every_operation import killed_everywhere
from tests.services.conftest import runs, studio, upload  # noqa: F401 - fixtures
from tests.services.versions.conftest import Correct, correct, project  # noqa: F401 - fixtures

NEWS = "Do you sell umbrellas for giants?"


@pytest.mark.nightly  # 44 s; the act itself is tested whole in tests/services/versions
@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_the_table_and_the_exam_are_old_or_new_and_the_same_act_ends_it(
    studio: Studio, project: str, correct: Correct, tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    exam = studio.home.exam(project)
    assert exam is not None
    question, row = exam.examples[0], next(studio.home.runs(project)).train[0]
    correct(question.question, "It was sold out years ago.")
    correct(row.question, "Free of charge.")
    correct(NEWS, "Yes, in the attic.")
    studio.close()
    template = tmp_path / "template"
    shutil.copytree(studio.settings.home, template)
    command = ["next", project, "--contradictions", "correction", "--home", "HOME", "--json"]
    homes = killed_everywhere(tmp_path, [command], str(template))
    assert len(homes) > 12, "the hook counts too little"
    seen = set()
    for home in homes:
        opened = Studio(Settings(home=home, offline=True), FakeEngine())
        view = opened.examples.view(project, opened.examples.newest(project))
        told = {e.question: e.answer for e in view.examples}
        now = opened.home.exam(project)
        assert now is not None
        new = NEWS in told
        assert new == (told[row.question] == "Free of charge.")
        assert new == bool(learned_in(opened.home.dataset_folder(project, view.id)).rows)
        corrected = now.examples[0].answer == "It was sold out years ago."
        assert corrected == (now.version == 2) and (corrected or not new) and now.examples[1:] == exam.examples[1:]
        assert "sold out" not in "".join(told.values())
        seen.add((new, corrected))
        made = opened.next_versions.make(project, by="ana", contradictions="correction")
        again = {e.question: e.answer for e in made.view.examples}
        assert again[NEWS] == "Yes, in the attic." and len(made.view.examples) == len(view.examples) + (not new)
        assert made.exam_version == 2 and len(opened.home.datasets(project)) == 2
        opened.close()
    assert {(False, False), (True, True)} <= seen
