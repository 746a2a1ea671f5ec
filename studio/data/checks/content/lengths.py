"""Examples longer than the model reads, and answers too short to learn from."""

from collections import Counter
from collections.abc import Mapping, Sequence

from studio.copy.catalog import say
from studio.data.checks.check import Check, CheckContext, of_texts
from studio.data.checks.content.placeholders import is_bare
from studio.data.checks.finding_builder import finding
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.finding import Finding
from studio.schemas.model import Forecast, Length
from studio.schemas.sentence import Sentence

SHORT_LETTERS = 6  # “Yes”, “ok”, “Done.”
LONG_LETTERS, ODD_LETTERS = 20_000, 2_000


def find_too_long(texts: ExampleTexts, lengths: Sequence[Length] | None, limit: int | None) -> list[Finding]:
    """By the model's own tokens when they were counted; where all fits, rows far longer than the others."""
    if lengths is not None and limit is not None:
        states = {place: fate_of(one, limit) for place, one in enumerate(lengths) if one.whole > limit}
        if states:
            notes = {place: say(f"finding.lengths.note_{fate}", pieces=lengths[place].whole)
                     for place, fate in states.items()}  # fmt: skip
            sentences = too_long(states, len(states), limit)
            return finding("too_long", "serious", texts, notes, sentences, notes=notes, states=states)
    sizes = [len(question) + len(answer) for question, answer in zip(texts.questions, texts.answers, strict=True)]
    usual = sorted(sizes)[int(0.95 * (len(sizes) - 1))]
    border = min(LONG_LETTERS, max(ODD_LETTERS, 8 * usual))
    notes = {
        place: say("finding.lengths.note_letters", letters=size) for place, size in enumerate(sizes) if size > border
    }
    return finding("too_long", "look", texts, notes, too_long({}, len(notes), limit), notes=notes)


def fate_of(length: Length, limit: int) -> str:
    """What becomes of one example that is not read whole: its whole answer is lost, or its end is cut."""
    return "lost" if length.asked >= limit else "cut"


def too_long(states: Mapping[int, str], count: int, limit: int | None) -> list[Sentence]:
    """What is said of all rows that are too long, by what becomes of each."""
    fates = Counter(states.values())
    if limit is None or not fates:
        return [Sentence.of("finding.lengths.monsters", count=count)]
    built_in = Sentence.of("finding.lengths.built_in", limit=limit)
    return [*lost_and_cut(fates["lost"], fates["cut"], limit), built_in]


def lost_and_cut(lost: int, cut: int, limit: int) -> list[Sentence]:
    """What is lost and what is cut when so many pieces are read; nothing where all is read whole."""
    sentences = [Sentence.of("finding.lengths.lost", rows=lost, limit=limit)] if lost else []
    return sentences + ([Sentence.of("finding.lengths.cut", rows=cut)] if cut else [])


def read_by_in_words(name: str, lost: int, cut: int, limit: int, *, cut_here: bool) -> list[str]:
    """The same of a chosen model; where nothing is lost that is worth a word only if the built-in one loses some."""
    if lost or cut:
        return [say("finding.lengths.chosen_reads", name=name, limit=limit), *map(str, lost_and_cut(lost, cut, limit))]
    return [say("finding.lengths.chosen_reads_all", name=name)] if cut_here else []


def read_more(limit: int, context: int, longest: int) -> str:
    """What to do where not all is read: a larger limit, as far as this model can; else shorter texts."""
    if longest <= limit:
        return ""
    wanted = min(context, -(-longest // 8) * 8)
    sentences = [say("finding.lengths.read_more", limit=limit, wanted=wanted)] if wanted > limit else []
    if longest > context:
        sentences.append(say("finding.lengths.too_long", context=context, longest=longest))
    return " ".join(sentences)


def plan_in_words(forecast: Forecast, *, new_exam: bool = False) -> list[str]:
    """What a run would lose, and what to do about it. `new_exam`: none is frozen yet."""
    cut = forecast.rows_cut + forecast.cut_aside
    sentences = [str(one) for one in lost_and_cut(forecast.rows_lost, cut, forecast.limit)]
    if forecast.cut_aside:
        sentences.append(say("finding.lengths.cut_aside", rows=forecast.cut_aside))
    if forecast.rows_lost and new_exam:
        sentences.append(say("finding.lengths.not_in_exam", rows=forecast.rows_lost))
    if advice := "" if forecast.blocked else read_more(forecast.limit, forecast.context, forecast.longest):
        sentences.append(advice)
    if other := forecast.rows_left_out - forecast.rows_lost - forecast.rows_empty:
        sentences.append(say("finding.lengths.not_usable", rows=other))
    return sentences


def find_too_short(texts: ExampleTexts) -> list[Finding]:
    """A word of a few letters as an answer, where most answers are sentences."""
    lengths = sorted(len(answer.strip()) for answer in texts.answers)
    if not lengths or lengths[len(lengths) // 2] < 60:
        return []
    places = [
        place
        for place, answer in enumerate(texts.answers)
        if 0 < len(answer.strip()) < SHORT_LETTERS and not is_bare(answer)
    ]
    sentences = Sentence.of("finding.lengths.short", count=len(places))
    return finding("too_short", "look", texts, places, sentences)


def too_long_or_extreme(texts: ExampleTexts, context: CheckContext) -> list[Finding]:
    """Of a few rows nothing is said before the pieces were counted: what is far more than usual, they cannot tell."""
    if not context.is_part:
        return find_too_long(texts, context.token_counts, context.max_length)
    findings = (
        find_too_long(texts, context.token_counts, context.max_length) if context.token_counts is not None else []
    )
    return [one for one in findings if one.severity == "serious"]


TOO_LONG = Check(kind="too_long", scope="row", detect=too_long_or_extreme, say=too_long)
TOO_SHORT = Check(kind="too_short", scope="whole", detect=of_texts(find_too_short))
