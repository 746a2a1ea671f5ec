"""What a run learned from teachers, for its report: whose answers, how many people looked at, what the prompt cost."""

from collections.abc import Sequence

from studio.copy.catalog import say
from studio.errors import NotFound
from studio.evaluation.statistics.sampling_check import in_words, sampling_check
from studio.schemas.example import Example
from studio.schemas.finding import Decision
from studio.schemas.loop.distillation import Distillation
from studio.schemas.report import Estimate, TaughtBy
from studio.schemas.run import RunSpec
from studio.schemas.sentence import Sentence
from studio.services.distillation.answer_join import USE
from studio.services.distillation.distillation_view import drawn_of
from studio.storage.files import read_lines
from studio.storage.home import Home, read_card
from studio.storage.loop.distillation_store import DistillationStore


def teachers_of(home: Home, spec: RunSpec) -> list[tuple[Distillation, set[str]]]:
    """The distillations whose answers are in the run's dataset, with the ids of their rows there."""
    try:
        folder = home.dataset_folder(spec.project, spec.dataset)
    except NotFound:
        return []
    log = [Decision.model_validate(line) for line in read_lines(folder / "decisions.jsonl")]
    undone = {decision.undoes for decision in log}
    rows: dict[str, set[str]] = {}
    for decision in log:
        if decision.request_key.startswith(f"{USE} ") and decision.action == "add" and decision.id not in undone:
            rows.setdefault(decision.request_key.removeprefix(f"{USE} "), set()).update(decision.edits)
    first = read_card(folder).request_key
    if first.startswith(f"{USE} "):  # the upload itself holds answers that people looked at
        ids = {str(line["id"]) for line in read_lines(folder / "imported.jsonl")}
        rows.setdefault(first.removeprefix(f"{USE} "), set()).update(ids)
    store = DistillationStore(home)
    known = set(store.ids(spec.project))
    return [(store.read(spec.project, id), ids) for id, ids in rows.items() if id in known]


def learned_answers(home: Home, spec: RunSpec, train: Sequence[Example]) -> tuple[TaughtBy, ...]:
    """One entry for each teacher from whose answers the run learned."""
    return tuple(taught_by(home, spec, made, [row for row in train if row.id in ids], len(train))
                 for made, ids in teachers_of(home, spec))  # fmt: skip


def taught_by(home: Home, spec: RunSpec, made: Distillation, rows: Sequence[Example], learned: int) -> TaughtBy:
    """`rows`: the answers that were learned; `learned`: of how many examples in all."""
    store, teacher = DistillationStore(home), made.teacher
    marks, answers = store.marks(made), store.answers(made)
    seen = {example.question for example in answers if example.id in marks}
    looked = sum(row.question in seen for row in rows)
    drawn = drawn_of(answers, made.seed, made.drawn)
    said = [Sentence.of("taught_by.learned", teacher=teacher.name, answers=len(rows), rows=learned, looked=looked)]
    share: Estimate | None = None
    if drawn and all(example.id in marks for example in drawn):
        wrong = sum(marks[example.id].mark != "right" for example in drawn)
        check = sampling_check(wrong, len(drawn), len(answers))
        share = Estimate(value=wrong / len(drawn), low=check.low, high=check.high)
        said += in_words(check)[:1]
    else:
        said.append(Sentence.of("taught_by.not_checked"))
    is_same_model = teacher.kind != "version" and teacher.model_folder == spec.model_folder
    if is_same_model and teacher.prompt_tokens:  # what it needed a prompt for, it was taught
        said.append(Sentence.of("taught_by.prompt", tokens=teacher.prompt_tokens))
    return TaughtBy(
        teacher=teacher.name, kind=teacher.kind, fingerprint=teacher.fingerprint,
        licence=teacher.licence or say("card.not_stated"), rights=made.rights.statement, rights_by=made.rights.by,
        rights_at=made.rights.at, answers=len(rows), looked_at=looked, prompt_tokens=teacher.prompt_tokens,
        wrong=share, said=tuple(said),
    )  # fmt: skip
