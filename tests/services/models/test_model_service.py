"""Starting models in the service: where they lie, and that nothing is fetched unasked or taken for something else."""

from pathlib import Path

import pytest

from studio.copy.quantities import beside_others
from studio.errors import StudioError, UnusableModel
from studio.schemas.model import Foretold, Length, ModelEntry, Standing
from studio.schemas.recipe import Recipe, Task
from studio.services.models.standing import standing_of
from studio.services.studio import Studio
from studio.settings import Settings
from tests.fake_engine import FakeEngine
from tests.services.conftest import table


def lies_here(studio: Studio, name: str) -> Path:
    """A downloaded model, as the download leaves it."""
    folder = studio.home.models / name
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    return folder


def test_a_named_revision_is_never_taken_for_another(studio: Studio) -> None:
    newest = lies_here(studio, "owner--name")
    assert studio.models.folder("owner/name") == newest
    with pytest.raises(UnusableModel, match="not on this computer"):
        studio.models.folder("owner/name", "v2", may_download=True)  # this studio was started offline
    pinned = lies_here(studio, "owner--name@v2")
    assert studio.models.folder("owner/name", "v2") == pinned and studio.models.folder("owner/name") == newest


@pytest.mark.parametrize("model", ["", "a/b/c", "//host/share", "../../etc", "\\\\host\\x", "a\x00b", "owner/.."])
def test_what_is_neither_folder_nor_hub_id_is_refused(studio: Studio, model: str) -> None:
    with pytest.raises(UnusableModel):
        studio.models.inspect(model, may_download=True)


def test_a_batch_that_the_processes_cannot_share_is_refused_before_the_start(tmp_path: Path) -> None:
    studio = Studio(Settings(home=tmp_path / "home", offline=True, processes=3), FakeEngine(steps=2, pause=0.0))
    (tmp_path / "tickets.csv").write_text(table(), encoding="utf-8")
    view = studio.examples.upload(tmp_path / "tickets.csv", "tickets.csv", by="ana")
    eight, nine = Recipe(per_device_train_batch_size=8), Recipe(per_device_train_batch_size=9)
    with pytest.raises(StudioError, match=r"3 processes .* 8 examples at once .* multiple of 3"):
        studio.runs.launch(view.project, view.id, eight, by="ana")
    assert studio.runs.launch(view.project, view.id, nine, by="ana").id
    assert studio.runs.write_out(view.project, view.id, eight, "slurm", by="ana"), "a cluster has its own number"
    studio.close()


def test_without_an_encoder_it_is_said_how_to_get_one_and_with_one_it_is_taken(studio: Studio) -> None:
    with pytest.raises(UnusableModel, match=r"No model for labels \(encoder\)") as refused:
        studio.models.for_labels()
    assert "studio models get minilm" in refused.value.hint
    lies_here(studio, "minilm")
    assert studio.models.for_labels().id == "minilm"


def test_where_people_share_a_studio_no_path_and_no_id_beside_the_list_is_opened(tmp_path: Path) -> None:
    """A member could otherwise open what another one's run left behind, or any folder that the server may read."""
    home = tmp_path / "home"
    shared = Studio(Settings(home=home, offline=True, people=True), FakeEngine(steps=2, pause=0.0))
    theirs = home / "projects" / "other" / "runs" / "r" / "adapter"
    theirs.mkdir(parents=True)
    (theirs / "config.json").write_text("{}")
    lies_here(shared, "somebody--elses")
    said, models = set(), shared.models
    for model in (str(theirs), str(tmp_path / "nowhere"), "somebody/elses@x", "~/x", "./x", "unknown/model"):
        for act in (models.folder, models.fetch_order, models.inspect, models.refuse_unlisted):
            with pytest.raises(UnusableModel) as refused:
                act(model)  # type: ignore[operator]
            said.add(refused.value.message.replace(model, ""))
    with pytest.raises(UnusableModel, match="not in the list"):
        shared.models.remember(theirs)
    assert said == {"“” is not in the list of models."} and shared.models.named() == []
    assert shared.models.folder("starter")
    Studio(Settings(home=home, offline=True), FakeEngine(steps=2, pause=0.0)).models.remember(tmp_path / "ours")
    assert shared.models.named() == [tmp_path / "ours"]  # whoever runs it adds one on the command line


def entry(id: str, *, task: Task = "answers", standing: Standing = Standing.AWAY, seconds: float = 60.0,
          parameters: int = 100, needs: int = 1, usual: float | None = None) -> ModelEntry:  # fmt: skip
    return ModelEntry(
        id=id, title=id, source="hub", licence="", parameters=parameters, fits=True, task=task, standing=standing,
        seconds=seconds, needs_bytes=needs, free_bytes=100, usual_seconds=usual,
    )  # fmt: skip


def test_the_pick_is_the_largest_that_is_quick_here_and_for_labels_the_first_encoder_that_fits(studio: Studio) -> None:
    writers = [entry("small"), entry("middle", parameters=200), entry("slow", parameters=300, seconds=9e5)]
    assert studio.models.best_for_here(writers).id == "middle"
    encoders = [entry("huge", task="labels", standing=Standing.TOO_LARGE), entry("fitting", task="labels")]
    assert studio.models.best_for_here([*encoders, *writers]).id == "fitting"
    assert studio.models.best_for_here([encoders[1], *writers], "fitting").id == "middle", "she looks at one anyway"


def test_the_pick_leaves_memory_free_and_is_the_same_before_and_after_a_small_table_came(studio: Studio) -> None:
    both = [entry("small", needs=20), entry("tight", parameters=300, needs=98)]
    before, after = ([*both, entry("long", parameters=200, **slow)] for slow in ({"seconds": 9e5}, {"usual": 9e5}))
    assert studio.models.best_for_here(before).id == studio.models.best_for_here(after).id == "small"
    slow = [entry("slow", seconds=9e5), entry("slower", parameters=300, seconds=9e6)]
    assert studio.models.best_for_here(slow).id == "slow"


def test_first_page_and_model_tab_name_the_same_model(studio: Studio) -> None:
    """She brings thirty short rows: they would fit a larger model than a usual table does."""
    short = [Length(5, 10)] * 30
    assert studio.models.best_for_here().id == studio.models.best_for_here(studio.models.catalogue(short)).id


def test_a_model_that_takes_nearly_all_free_memory_says_so() -> None:
    told = Foretold(seconds=60.0, needs_bytes=98, free_bytes=100)
    here = entry("tight").model_copy(update={"folder": "/m"})
    assert "nearly all the memory" in standing_of(here, told, "your table", offline=True, speed=0.0)[1]
    roomy = told.model_copy(update={"needs_bytes": 70})
    assert "nearly all" not in standing_of(here, roomy, "your table", offline=True, speed=0.0)[1]


def test_on_a_busy_computer_card_and_plan_say_in_the_same_words_what_their_times_are() -> None:
    """The card's is told from sizes, as if it ran alone; the plan's was measured beside the others."""
    here = entry("here").model_copy(update={"folder": "/m"})

    def card(free: float) -> str:
        told = Foretold(seconds=600.0, needs_bytes=1, free_bytes=100, free=free)
        return standing_of(here, told, "your table", offline=True, speed=0.0)[1]

    busy = "This computer is busy with something else (40% of it was free). The time is told "
    assert card(0.4).endswith(f"{busy}as if it ran alone: beside that it takes about 25 minutes.")
    assert beside_others(1500.0, 0.4, measured=True) == f"{busy}beside that: alone it takes about 10 minutes."
    assert "busy" not in card(0.9)


def test_the_time_of_a_quick_try_is_its_own_and_the_pick_stays(studio: Studio) -> None:
    rows = [Length(40, 100)] * 100
    quick, whole = (studio.models.entry("starter", rows, preset) for preset in ("quick", "balanced"))
    assert quick is not None and whole is not None and quick.seconds and whole.seconds
    assert quick.seconds < 0.5 * whole.seconds
    picks = {studio.models.best_for_here(studio.models.catalogue(rows, preset=preset)).id
             for preset in ("quick", "balanced", "thorough")}  # fmt: skip
    assert len(picks) == 1
