"""What is unclear about a guess of columns, in one sentence: then a person is asked instead of deciding for her."""

import shlex
from collections.abc import Container, Iterable
from collections.abc import Mapping as Lookup

from studio.copy.catalog import say
from studio.data.columns.column_stats import ColumnStats
from studio.data.columns.headings import plain, rank
from studio.data.table import Table
from studio.errors import StudioError
from studio.schemas.dataset import ColumnMapping

PLAIN_ANSWERS = 15  # the first so many names of answers say nothing else
LABELS = ("label", "labels", "category", "intent", "class", "sentiment", "kategorie", "categoria", "categoría")
RESULTS = ("summary", "translation", "sql", "code", "result", "resolution", "ergebnis", "a")
SPEAKERS = ("agent", "bot", "assistant", "user", "human", "customer")  # over texts their words, over names who they are
PEOPLE = ("agent", "user", "human", "customer")
VARIANTS = frozenset("abcdABCD1234")
IN_WORDS = ("text", "name", "names", "title", "words", "word", "string", "str", "description", "desc", "klartext",
            "bezeichnung", "nombre", "nom", "nome", "naam", "texto", "texte", "testo")  # fmt: skip
SUBJECTS = ("subject", "subject line", "title", "betreff", "objet", "asunto", "oggetto", "onderwerp", "assunto")
BODIES = ("body", "message body", "email body", "mail body", "body text", "message", "text", "content",
          "description", "nachricht", "inhalt", "mensaje", "cuerpo", "corps", "messaggio", "corpo")  # fmt: skip
ISSUE_TRACKER = frozenset(("issue key", "issue id", "issue type", "work item type", "ticket id", "project key"))
REFUSED = frozenset((
    "rejected", "reject", "discarded", "discard", "draft", "skipped", "bad", "wrong", "incorrect", "invalid",
    "declined", "not approved", "do not use", "abgelehnt", "verworfen", "entwurf", "falsch", "rechazado",
    "rejeté", "rifiutato",
))  # fmt: skip
ALLOWED = frozenset((
    "accepted", "accept", "approved", "submitted", "completed", "complete", "done", "good", "right", "correct", "valid",
    "ok", "pending", "in review", "reviewed", "angenommen", "freigegeben", "geprüft", "richtig", "gut", "aceptado",
    "accepté", "accettato",
))  # fmt: skip
FEW_VALUES = 20  # a column of so many different numbers, each of them repeated, may be what is to be learned


def doubt_about_texts(texts: ColumnStats, others: Iterable[ColumnStats]) -> str:
    """Why one column of texts should not be taken as texts without questions unasked; nothing when it is prose."""
    name = texts.name
    if rank(name, "answer") is not None:
        return say("ambiguity.sounds_like_answers_but", name=name)
    if texts.written > 0.2:
        return say("ambiguity.holds_lists_or_objects", name=name)
    if texts.asks > 0.5:
        return say("ambiguity.holds_questions_no_column", name=name)
    for other in others:
        if rank(other.name, "answer") is not None or 2 <= other.distinct <= min(FEW_VALUES, other.rows // 2):
            return say("ambiguity.holds_texts_could_be", name=name, name_2=other.name)
    if texts.prose < 0.5:
        return say("ambiguity.only_column_with_words", name=name)
    return ""


def doubt_about_pair(question: ColumnStats, answer: ColumnStats, looks: Lookup[str, ColumnStats]) -> str:
    """Why these two columns should not be taken unasked; nothing when they are plainly questions and answers."""
    kind = "ids" if question.codes > 0.8 else "dates" if question.dates > 0.8 else say("ambiguity.lists_or_objects")
    if question.codes > 0.8 or question.dates > 0.8 or question.written > 0.5:
        return say("ambiguity.holds_not_questions", name=question.name, kind=kind)
    place = rank(answer.name, "answer")
    if place is None or place >= PLAIN_ANSWERS:  # under a heading that says “answer”, an id or a date is the answer
        kind = "dates" if answer.dates > 0.8 else say("ambiguity.lists_or_objects") if answer.written > 0.5 else ""
        if answer.codes > 0.8 and answer.distinct > max(1.0, 0.9 * answer.rows):
            kind = "ids"
        if kind:
            return say("ambiguity.holds_not_answers", name=answer.name, kind=kind)
    if place is None and all(rank(one.name, "question") is not None for one in (question, answer)):
        return say("ambiguity.both_sound_like_questions", name=question.name, name_2=answer.name)
    if plain(answer.name) == "summary" and any(plain(name) in ISSUE_TRACKER for name in looks):
        return say("ambiguity.title_of_issue", name=answer.name)
    if plain(answer.name) in PEOPLE and answer.prose < 0.3 and answer.speaks < 0.3:
        return say("ambiguity.looks_like_who_answered", name=answer.name)
    for role, chosen in (("answer", answer), ("question", question)):
        others = [look for look in looks.values() if look.name not in (question.name, answer.name)]
        rival = next((other for other in others if is_rival(other, chosen, role)), None)
        if rival is not None:
            return say("ambiguity.could_both_be_s", name=chosen.name, name_2=rival.name, role=role)
    if rank(question.name, "question") is None and place is None and question.asks < 0.3:
        return say("ambiguity.no_heading_says_which")
    return ""


def is_rival(other: ColumnStats, chosen: ColumnStats, role: str) -> bool:
    """Whether another column has as good a claim to this role: a heading of the same kind, and as much in its cells."""
    if other.filled < 0.5 * chosen.filled or other.distinct <= 1 or other.is_nested or other.dates > 0.8:
        return False
    if is_twin(other.name, chosen.name) or is_twin(chosen.name, other.name):
        return True
    if role == "question" and plain(chosen.name) in SUBJECTS and plain(other.name) in BODIES:
        return True
    if are_variants(other.name, chosen.name, role):
        return True
    same = family(other.name, role)
    if not same or same != family(chosen.name, role):
        return False
    if plain(other.name) in SPEAKERS and other.prose < 0.5:
        return False
    return same == "label" or (other.prose >= 0.5 * chosen.prose and (chosen.is_number or not other.is_number))


def doubt_about_marks(table: Table, used: Container[str]) -> str:
    """Whether a column beside says which rows somebody refused; a column of other words is no such column."""
    for name in [name for name in table.columns if name not in used and plain(name) not in LABELS]:
        first = {plain(str(row.cells.get(name, ""))) for row in table.rows[:50]} - {""}
        if not first or not first <= REFUSED | ALLOWED:
            continue
        said = [plain(str(row.cells.get(name, ""))) for row in table.rows]
        refused = [one for one in said if one in REFUSED]
        if set(said) - {""} <= REFUSED | ALLOWED and 0 < len(refused) < len(said):
            return say("ambiguity.refused_rows", name=name, said=refused[0], rows=len(refused))
    return ""


def are_variants(one: str, other: str, role: str) -> bool:
    """“response_a” beside “response_b”: two answers of which another column may say the better one."""
    (first, _, letter), (second, _, mark) = plain(one).rpartition(" "), plain(other).rpartition(" ")
    return first == second and rank(first, role) is not None and {letter, mark} <= VARIANTS


def is_twin(longer: str, shorter: str) -> bool:
    """“label_text” beside “label”: the same thing in words and as a code."""
    first, _, last = plain(longer).rpartition(" ")
    return first == plain(shorter) and last in IN_WORDS


def family(name: str, role: str) -> str:
    """Headings of one family say the same of a column; nothing for headings that say nothing."""
    place, said = rank(name, role), plain(name)
    if place is None:
        return ""
    if place >= 200:
        return f"word {place}"
    if role == "question":
        return said
    return "label" if said in LABELS else said if said in RESULTS else "answer"


def refuse_doubt(columns: ColumnMapping, table: Table) -> None:
    """StudioError where a guess is not clear, with the words that make it so on the command line."""
    if not columns.doubt:
        return
    if columns.question or columns.answer:
        named = {role: getattr(columns, role) or "COLUMN" for role in ("question", "answer")}
        given = " ".join(f"--map {shlex.quote(f'{role}={name}')}" for role, name in named.items())
        hint = say("ambiguity.say_which_columns_use", given=given)
    else:
        hint = say("ambiguity.say_which_columns_use_map")
    listed = ", ".join(f"“{name}”" for name in table.columns[:8])
    hint += say("ambiguity.columns", listed=listed)
    if not columns.question and columns.answer:
        texts = shlex.quote(f"answer={columns.answer}")
        hint += say("ambiguity.for_texts_without_questions", texts=texts)
    raise StudioError(columns.doubt, hint=hint, where="map")
