"""Makes the home beside this file with the studio whose checkout is the current folder.

`home_0_2_0.zip` was made so at commit 7c522f4 (0.2.0), whose checkout lay at /opt/tailor-studio:
`python .../tests/homes/make.py /srv/studio-home .../tests/homes/home_0_2_0.zip`. Both folders are gone, as they are for
whoever updates the studio or moves a home.
"""

import sys
import time
import zipfile
from pathlib import Path
from typing import Any

ROWS = 160


def main(home: Path, out: Path) -> None:
    """A dirty project with decisions, two versions, a run of a few steps, chats, votes, corrections and a report."""
    sys.path.insert(0, str(Path.cwd()))
    from studio.schemas.recipe import Recipe
    from studio.services.studio import Studio
    from studio.settings import Settings
    from studio.training.local_engine import LocalEngine

    studio: Any = Studio(Settings(home=home, offline=True), LocalEngine())
    table = home / "replies.csv"
    lines = Path("sample_data/dirty.csv").read_bytes().split(b"\n")[: ROWS + 1]
    table.write_bytes(b"\n".join(lines) + b"\n")
    view = studio.examples.upload(table, "replies.csv", by="Ana")
    project = view.project
    table.unlink()
    view = studio.examples.fix(project, view.id, view.findings[0].kind, by="Ana")
    view = studio.examples.edit(project, view.id, view.examples[2].id, by="Ben", question="Do you ship on Sundays?",
                                answer="Dear digger, we pack on weekdays only. Stay muddy!")  # fmt: skip
    view = studio.examples.undo(project, view.id, by="Ben")
    view = studio.examples.add(project, view.id, by="Ana", question="Who answers here?", answer="Wilf and Nora do.")
    view = studio.examples.remove(project, view.id, [view.examples[5].id], by="Ana")
    studio.versions.state_rights(project, view.id, by="Ana", origin="our own mail", licence="ours", consent="asked")
    recipe = Recipe(base_model="starter", max_steps=6, logging_steps=1, save_steps=3, r=2, max_length=256,
                    learning_rate=2e-3, per_device_train_batch_size=4)  # fmt: skip
    run = studio.runs.launch(project, view.id, recipe, by="Ana", questions=["Do you ship on Sundays?"]).id
    studio.runs.carry_out_when_free(run)
    studio.run_list.rename(run, "The first try", by="Ana")
    waiting = studio.runs.launch(project, view.id, recipe.model_copy(update={"seed": 7}), by="Ben").id
    studio.runs.stop(waiting, by="Ben")
    after = studio.examples.fix_all(project, view.id, by="Ana")  # a run learned from the old one: a version beside it
    studio.versions.keep(project, after.id, "before the holidays", by="Ana")
    for question in ("Do you ship on Sundays?", "Where is my parcel?"):
        studio.chats.answer_once(run, question, by="Ana", contestants=("base", "tuned"))
    ballot = studio.voting.make(run, "tuned", "base", by="Ana", count=8)
    studio.voting.begin(ballot.id, by="Ana")
    while not studio.voting.standing(ballot.id, "Ana").ready:
        time.sleep(0.2)
    for place in range(8):
        studio.voting.vote(ballot.id, "Ana", place, ("left", "right", "tie", "both_bad")[place % 4], "shorter")
        if place < 3:
            studio.voting.vote(ballot.id, "Ben", place, "left")
    studio.voting.reveal(ballot.id, "Ana")
    studio.evaluation.evaluate(run, by="Ana", quick=True)
    studio.recipes.keep(project, "Six steps", recipe, by="Ana")
    studio.examples.export(project, after.id, "csv")
    studio.close()
    pack(home, out)


LEFT_OUT = ("checkpoint-2", "checkpoint-3", "checkpoint-4", "checkpoint-5")  # deleted by hand, to stay small


def pack(home: Path, out: Path) -> None:
    """All of it but locks, saved points in between, and what only a resumed run would read."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(home.rglob("*")):
            kept = path.suffix not in (".lock", ".pt", ".pth") and not set(path.parts) & set(LEFT_OUT)
            if path.is_file() and kept:
                archive.writestr(str(path.relative_to(home)), path.read_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
