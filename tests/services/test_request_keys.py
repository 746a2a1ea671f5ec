"""One press, one act: a press that is sent again does nothing, and whoever sent it sees how things stand."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.services.datasets.dataset_view import DatasetView
from studio.services.request_keys import RequestKeys
from studio.services.studio import Studio
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]
DIRTY = table() + "Who may I write to?,Write to ana@example.org and we answer.\nWho hums?,\nWho hums?,\n"


@pytest.mark.parametrize("verb", ["fix", "fix_all", "dismiss", "edit", "add", "remove", "undo"])
def test_a_press_that_is_sent_three_times_is_carried_out_once(studio: Studio, upload: Upload, verb: str) -> None:
    project, dataset = upload(DIRTY)
    service, at, by = studio.examples, (project, dataset), {"by": "ana", "request_key": "press 7"}
    for row in ("r1", "r2", "r3"):
        service.remove(*at, [row], by="ana")
    seen = service.view(*at).mark
    act: dict[str, Callable[[], DatasetView]] = {
        "fix": lambda: service.fix(*at, "empty_answer", seen=seen, **by),
        "fix_all": lambda: service.fix_all(*at, seen=seen, **by),
        "dismiss": lambda: service.dismiss(*at, "empty_answer", seen=seen, **by),
        "edit": lambda: service.edit(*at, "r5", question="Mine?", answer="Mine.", seen=seen, **by),
        "add": lambda: service.add(*at, question="More?", answer="More.", seen=seen, **by),
        "remove": lambda: service.remove(*at, ["r9"], seen=seen, **by),
        "undo": lambda: service.undo(*at, seen=seen, **by),
    }
    first = act[verb]()
    assert (act[verb]().mark, act[verb]().mark) == (first.mark, first.mark)
    assert len(first.decisions) == (2 if verb == "undo" else 4)


def test_a_triple_click_on_one_drawn_page_is_one_act_without_any_key(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(DIRTY)
    service, seen = studio.examples, studio.examples.view(project, dataset).mark
    for _ in range(3):
        service.fix(project, dataset, "empty_answer", by="ana", seen=seen)
        service.edit(project, dataset, "r5", by="ana", question="Mine?", answer="Mine.", seen=seen)
        view = service.add(project, dataset, by="ana", question="More?", answer="More.", seen=seen)
    assert [one.action for one in view.decisions] == ["fix", "edit", "add"]
    after = service.add(project, dataset, by="ana", question="More?", answer="More.", seen=view.mark)
    assert len(after.decisions) == 4, "on a page that was drawn anew it is another act"


def test_another_press_on_an_old_page_takes_back_nothing_a_second_time(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    studio.examples.remove(project, dataset, ["r2"], by="ana")
    seen = studio.examples.remove(project, dataset, ["r3"], by="ana").mark
    studio.examples.undo(project, dataset, by="ana", seen=seen, request_key="1")
    with pytest.raises(StudioError, match=r"You have taken this back already .*: “1 row taken out by hand.”") as told:
        studio.examples.undo(project, dataset, by="ana", seen=seen, request_key="2")
    assert "Nothing more was taken back" in told.value.hint
    assert len(studio.examples.view(project, dataset).decisions) == 1


def test_her_own_act_is_not_told_as_somebody_elses(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    seen = studio.examples.view(project, dataset).mark
    studio.examples.edit(project, dataset, "r5", by="ana", question="One?", answer="One.", seen=seen)
    with pytest.raises(StudioError, match="You have changed row 6 yourself since this page was drawn"):
        studio.examples.edit(project, dataset, "r5", by="ana", question="Two?", answer="Two.", seen=seen)


def test_a_press_that_made_a_newer_version_finds_it(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    seen = studio.examples.view(project, dataset).mark
    studio.runs.launch(project, dataset, Recipe(), by="ana")
    for _ in range(3):
        view = studio.examples.remove(project, dataset, ["r5"], by="ana", seen=seen, request_key="press 7")
    assert len(studio.home.datasets(project)) == 2 and view.id != dataset and len(view.decisions) == 1


def test_a_triple_yes_makes_one_project_even_all_at_once(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text(table(), encoding="utf-8")
    made: list[str] = []

    def press() -> None:
        made.append(studio.examples.upload(path, path.name, by="ana", request_key="yes 1").project)

    threads = [threading.Thread(target=press) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 1 and len(made) == 3 and len(studio.home.all_projects()) == 1
    studio.examples.upload(path, path.name, by="ana", request_key="yes 2")
    assert len(studio.home.all_projects()) == 2


def test_a_branch_of_an_upload_is_not_taken_for_it(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text(table(), encoding="utf-8")
    made = studio.examples.upload(path, path.name, by="ana", request_key="yes 1")
    studio.versions.keep(made.project, made.id, "before", by="ana")
    studio.examples.remove(made.project, made.id, ["r1"], by="ana")
    found = studio.examples.uploaded("yes 1")
    assert found is not None and found.id == made.id


def test_different_presses_do_not_wait_for_one_another() -> None:
    keys, entered = RequestKeys(), threading.Event()

    def other() -> None:
        with keys.alone("2"):
            entered.set()

    with keys.alone("1"):
        thread = threading.Thread(target=other)
        thread.start()
        assert entered.wait(10)
    thread.join()
