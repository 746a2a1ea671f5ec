"""What a report knows of the version's family; read when the report is, since the family goes on growing."""

from collections import Counter
from collections.abc import Callable

from studio.errors import NotFound
from studio.evaluation.statistics.comparisons import named
from studio.schemas.loop.version import LearnedFeedback
from studio.schemas.report import FamilyEvidence
from studio.schemas.run import RunSpec
from studio.schemas.sentence import Sentence
from studio.services.versions.family import sat_together
from studio.services.versions.learned_feedback import learned_in
from studio.storage.home import Home

Drift = Callable[[str], tuple[Sentence, ...]]  # of a project: what its served use says has changed


def no_drift(project: str) -> tuple[Sentence, ...]:
    """Nobody watches."""
    return ()


class FamilyEvidenceReader:
    """Reads the records of a project; asks nobody."""

    def __init__(self, home: Home, drift: Drift = no_drift) -> None:
        self._home, self._drift = home, drift

    def of(self, run: str) -> FamilyEvidence | None:
        """Of this run's version; None where it stands alone, learned nothing from feedback, and nothing drifted."""
        spec = self._home.run(run).spec
        learned = self._learned(spec.project, spec.dataset)
        together, drifted = sat_together(self._home, spec.project), self._drift(spec.project)
        scores = together.scores if together and len(together.scores) > 1 else ()
        mine = next((one for one in scores if one.run == run), None)
        corrected = tuple(dict.fromkeys(id for past in self._home.past_exams(spec.project) for id in past.corrected))
        if not (spec.parent or learned.answers or scores or drifted):
            return None
        added = sum(id.startswith("a") for id in learned.rows)
        counts = {"added": added, "rewritten": len(learned.rows) - added, "exam": len(learned.exam)}
        left = dict(Counter(learned.left.values()))
        said = [*came_from(spec, self._home), *in_words(counts, left)]
        if corrected:
            said.append(Sentence.of("family.exam_corrected", questions=", ".join(corrected)))
        if together and scores and together.metric:
            each = tuple(
                Sentence.of("family.fared", version=Sentence.of("family.version", number=one.number),
                            value=one.score.value, low=one.score.low, high=one.score.high)
                for one in scores
            )  # fmt: skip
            said.append(Sentence.of("family.all_fared", metric=named("metric", together.metric), each=each,
                                    exam=together.exam_version))  # fmt: skip
            said += together.said if scores[-1].run == run else ()
        return FamilyEvidence(
            number=mine.number if mine else 0, parent=spec.parent, way="teach-on" if spec.teaches_on else "afresh",
            metric=together.metric if together else "", scores=scores, learned={k: v for k, v in counts.items() if v},
            left_out=left, exam_corrected=corrected, said=(*said, *drifted),
        )  # fmt: skip

    def _learned(self, project: str, dataset: str) -> LearnedFeedback:
        try:
            return learned_in(self._home.dataset_folder(project, dataset))
        except NotFound:
            return LearnedFeedback()


def came_from(spec: RunSpec, home: Home) -> list[Sentence]:
    """Its parent, and how it was taught."""
    if not spec.parent:
        return []
    try:
        when = f"{home.run(spec.parent).spec.created.astimezone():%d %B %Y}"
    except NotFound:
        return [Sentence.of("family.parent_gone")]
    return [Sentence.of("family.taught_on" if spec.teaches_on else "family.taught_afresh", when=when)]


def in_words(counts: dict[str, int], left: dict[str, int]) -> list[Sentence]:
    """What became of the feedback."""
    told = []
    if counts["added"] or counts["rewritten"]:
        told.append(Sentence.of("family.learned", added=counts["added"], rewritten=counts["rewritten"]))
    told += [Sentence.of(f"family.left_{reason}", count=count) for reason, count in sorted(left.items()) if count]
    return told
