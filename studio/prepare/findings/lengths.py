"""Examples longer than the model reads, and answers too short to learn from."""

from collections.abc import Mapping, Sequence

from studio.prepare.findings.check import Check, Given, of_texts
from studio.prepare.findings.making import count_of, finding
from studio.prepare.findings.placeholders import is_bare
from studio.prepare.texts import Texts
from studio.records.finding import Finding
from studio.records.model import Forecast, Length

SHORT_LETTERS = 6  # “Yes”, “ok”, “Done.”
LONG_LETTERS, ODD_LETTERS = 20_000, 2_000


def find_too_long(texts: Texts, lengths: Sequence[Length] | None, limit: int | None) -> list[Finding]:
    """By the model's own pieces of words when they were counted; where all fits, monsters among the others."""
    if lengths is not None and limit is not None:
        notes = {place: note_of(one, limit) for place, one in enumerate(lengths) if one.whole > limit}
        if notes:
            return finding("too_long", "serious", texts, notes, too_long_in_words(notes, limit), notes=notes)
    sizes = [len(asked) + len(said) for asked, said in zip(texts.asked, texts.said, strict=True)]
    usual = sorted(sizes)[int(0.95 * (len(sizes) - 1))]
    border = min(LONG_LETTERS, max(ODD_LETTERS, 8 * usual))
    notes = {place: f"{size:,} letters" for place, size in enumerate(sizes) if size > border}
    return finding("too_long", "look", texts, notes, too_long_in_words(notes, limit), notes=notes)


def note_of(length: Length, limit: int) -> str:
    """What becomes of one example that is not read whole."""
    fate = "its whole answer is lost" if length.asked >= limit else "the end of its answer is cut"
    return f"{length.whole:,} pieces; {fate}"


def too_long_in_words(notes: Mapping[int, str], limit: int | None) -> str:
    """The sentence for all rows that are too long, by what was noted of each."""
    lost = sum(note.endswith("lost") for note in notes.values())
    cut = sum(note.endswith("cut") for note in notes.values())
    if limit is not None and (lost or cut):
        most = f"The built-in model cannot read more than {limit:,} pieces; another one may."
        return " ".join([*lengths_in_words(lost, cut, limit), most])
    number = count_of(len(notes), "example has", "examples have")
    return f"{number} far more letters than the others; few models read very long texts."


def lengths_in_words(lost: int, cut: int, limit: int) -> list[str]:
    """What is lost and what is cut when so many pieces are read; nothing where all is read whole."""
    said = []
    if lost:
        rows, why = ("row", "its question alone fills") if lost == 1 else ("rows", "their questions alone fill")
        said.append(f"The whole answer of {lost:,} {rows} is lost: {why} the {limit:,} pieces that are read.")
    if cut:
        said.append(f"The end of {count_of(cut, 'answer', 'answers')} is cut, and with it the sign to stop.")
    return said


def read_by_in_words(name: str, lost: int, cut: int, limit: int, *, cut_here: bool) -> list[str]:
    """The same of a chosen model; where nothing is lost that is worth a word only if the built-in one loses some."""
    if lost or cut:
        return [f"“{name}” is chosen and cannot read more than {limit:,} pieces.", *lengths_in_words(lost, cut, limit)]
    return [f"“{name}” is chosen and reads every example whole."] if cut_here else []


def read_more(limit: int, context: int, longest: int) -> str:
    """What to do where not all is read: a larger limit, as far as this model can; else shorter texts."""
    if longest <= limit:
        return ""
    wanted = min(context, -(-longest // 8) * 8)
    said = f"Raise “Longest example it reads” from {limit:,} to {wanted:,}." if wanted > limit else ""
    if longest > context:
        most = f"This model cannot read more than {context:,} pieces, and the longest example has {longest:,}."
        said = f"{said} {most} Shorten those texts, or choose a model that reads more.".strip()
    return said


def plan_in_words(forecast: Forecast, *, new_exam: bool = False) -> list[str]:
    """What a run would lose, and what to do about it. `new_exam`: none is frozen yet."""
    said = lengths_in_words(forecast.rows_lost, forecast.rows_cut, forecast.limit)
    if forecast.rows_lost and new_exam:
        which = "It is not" if forecast.rows_lost == 1 else "None of them is"
        said.append(f"{which} in the exam or the practice check.")
    if advice := "" if forecast.blocked else read_more(forecast.limit, forecast.context, forecast.longest):
        said.append(advice)
    if other := forecast.rows_left_out - forecast.rows_lost - forecast.rows_empty:
        said.append(f"{count_of(other, 'row', 'rows')} cannot be used with this model and "
                    f"{'is' if other == 1 else 'are'} left out.")  # fmt: skip
    return said


def find_too_short(texts: Texts) -> list[Finding]:
    """A word of a few letters as an answer, where most answers are sentences."""
    lengths = sorted(len(said.strip()) for said in texts.said)
    if not lengths or lengths[len(lengths) // 2] < 60:
        return []
    places = [
        place for place, said in enumerate(texts.said) if 0 < len(said.strip()) < SHORT_LETTERS and not is_bare(said)
    ]
    sentence = f"{count_of(len(places), 'answer has', 'answers have')} a few letters only, where most have sentences."
    return finding("too_short", "look", texts, places, sentence)


def long_or_monsters(texts: Texts, given: Given) -> list[Finding]:
    """Of a few rows nothing is said before the pieces were counted: what is far more than usual, they cannot tell."""
    if not given.is_part:
        return find_too_long(texts, given.token_counts, given.max_length)
    found = find_too_long(texts, given.token_counts, given.max_length) if given.token_counts is not None else []
    return [one for one in found if one.severity == "serious"]


TOO_LONG = Check(kind="too_long", scope="row", detect=long_or_monsters, say=too_long_in_words)
TOO_SHORT = Check(kind="too_short", scope="whole", detect=of_texts(find_too_short))
