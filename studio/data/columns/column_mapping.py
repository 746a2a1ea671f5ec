"""Which column is the question and which the answer: guessed by names, filling and lengths; a person confirms."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from studio.copy.catalog import say
from studio.data.columns.ambiguity import (
    SPEAKERS,
    doubt_about_marks,
    doubt_about_pair,
    doubt_about_texts,
    is_rival,
    is_twin,
    refuse_doubt,
)
from studio.data.columns.column_stats import SAMPLE, ColumnStats, column_stats
from studio.data.columns.example_builder import make_examples
from studio.data.columns.headings import PART_NAMES, plain, rank
from studio.data.columns.named_columns import mapping_from
from studio.data.formats.chat_markup import taken_apart
from studio.data.formats.json_shapes import is_chat
from studio.data.formats.messengers import is_turn_by_turn, messenger_of
from studio.data.table import Table, text_of
from studio.schemas.dataset import ColumnMapping

__all__ = ["guess_mapping", "make_examples", "parse_mapping", "propose_mapping", "sure_mapping"]

FEWEST_GROUPS, MOST_OF_ONE = 8, 25  # different ids, and rows of one, that make a column of groups
ID = re.compile(r"[^\W\d_]{1,12}[ ._/#:-]{0,2}\d[\w./-]{0,30}")  # T-014, CASE 7, doc_12/3
OWN_COLUMNS = ("question", "answer", "system", "group", "part")
WEAK_CONTEXTS = ("text", "contract", "statute", "passage text", "document", "clause", "excerpt")


def sure_mapping(table: Table) -> ColumnMapping:
    """The guess for what is stored unasked. Raises StudioError with the doubt where it is unclear."""
    proposed = propose_mapping(table)
    refuse_doubt(proposed, table)
    return proposed


def guess_mapping(table: Table) -> ColumnMapping:
    """The likeliest mapping, `doubt` and all. Raises StudioError when no two columns fit."""
    proposed = propose_mapping(table)
    if not proposed.answer or (not proposed.question and proposed.schema_name != "text"):
        refuse_doubt(proposed, table)
    return proposed


def batch_of(columns: Sequence[str]) -> str:
    """What the two files of a batch at a maker of models are: neither holds both a question and its answer."""
    if {"custom_id", "response"} <= set(columns):
        return say("column_mapping.batch_of_answers")
    return say("column_mapping.batch_of_requests") if {"custom_id", "method", "url"} <= set(columns) else ""


def propose_mapping(table: Table) -> ColumnMapping:
    """The likeliest mapping with a sentence about it; `doubt` says what is unclear; roles may stay empty.

    Columns that a spreadsheet hides are not proposed.
    """
    if shown := [name for name in table.columns if name not in table.hidden_columns]:
        table = replace(table, columns=tuple(shown))
    if table.columns[:2] == OWN_COLUMNS[:2] and set(table.columns) <= set(OWN_COLUMNS):
        names = {name: name for name in table.columns}
        sentence = say("column_mapping.question_holds_questions_answer")
        return ColumnMapping(schema_name="wrapper" if is_wrapped(table) else "table", **names, sentence=sentence)
    if batch := batch_of(table.columns):
        return ColumnMapping(doubt=batch)
    looks = column_stats(table)
    shaped = known_shape(table, looks)
    if shaped is not None:
        return shaped
    if program := messenger_of(table.columns):
        return ColumnMapping(doubt=say("column_mapping.looks_like_export_people", program=program))
    if is_turn_by_turn(table.columns, table.rows):
        return ColumnMapping(doubt=say("column_mapping.turn_by_turn"))
    texts = [look for look in looks.values() if not look.is_number and look.filled > 0]
    numbers = [look for look in looks.values() if look.is_number and look.filled > 0]
    named = any(rank(look.name, "answer") is not None for look in numbers)
    if len(texts) == 1 and not named:
        return text_mapping(table, texts[0], numbers)
    question, answer = best_pair(list(looks.values()))
    if not question or not answer:
        missing = "questions" if not question else "answers"
        return ColumnMapping(
            question=question, answer=answer, doubt=say("column_mapping.no_column_looks_like", missing=missing)
        )
    twin = next((one for one in texts if is_twin(one.name, answer) and one.name != question), None)
    answer = twin.name if twin else answer  # the words rather than their code
    others = {role: helper(role, looks, {question, answer}, table) for role in ("context", "system", "group", "part")}
    alpaca = plain(question) == "instruction" and others["context"] in ("input", "Input")
    name = "alpaca" if alpaca else "prompt_completion" if (question, answer) == ("prompt", "completion") else "table"
    sentence = say("column_mapping.holds_questions_answers", question=question, answer=answer)
    doubt = doubt_about_pair(looks[question], looks[answer], looks)
    doubt = doubt or doubt_about_marks(table, [question, answer, *others.values()])
    return ColumnMapping(
        schema_name="wrapper" if is_wrapped(table) and name == "table" else name, question=question, answer=answer,
        sentence=sentence, doubt=doubt, **others,
    )  # fmt: skip


def is_wrapped(table: Table) -> bool:
    """Whether the rows lay inside an outer object."""
    return any(note.startswith("Rows taken from") for note in table.notes)


def known_shape(table: Table, looks: dict[str, ColumnStats]) -> ColumnMapping | None:
    """Chats and preference rows, which need no columns of questions and answers."""
    first = {
        name: next((row.cells[name] for row in table.rows[:50] if row.cells.get(name)), "") for name in table.columns
    }
    names = {plain(name): name for name in table.columns}
    for pair in (("chosen", "rejected"), ("response_j", "response_k"), ("preferred_output", "non_preferred_output")):
        if all(name in looks for name in pair):
            asked = next(
                (
                    names[one]
                    for one in ("prompt", "question", "conversations", "instruction", "messages", "input")
                    if one in names
                ),
                "",
            )
            sentence = say("column_mapping.used_as_answer_not", pair=pair[0], pair_2=pair[1])
            return ColumnMapping(schema_name="preference", question=asked, answer=pair[0], sentence=sentence)
    for name, value in first.items():
        if is_chat(value) or (isinstance(value, str) and value.startswith('[{"') and is_written_chat(value)):
            marked = value if isinstance(value, str) else value[0]  # type: ignore[index]
            kind = "sharegpt" if '"from"' in marked or "from" in marked else "openai"
            sentence = say("column_mapping.holds_conversations", name=name)
            bad = (
                "label"
                if "label" in looks and all(row.cells.get("label") in ("true", "false", "") for row in table.rows[:200])
                else ""
            )
            if bad:
                sentence += say("column_mapping.rows_marked_as_bad")
            part = helper("part", looks, {name}, table)
            if kind == "sharegpt" or "prompt" not in names:
                return ColumnMapping(
                    schema_name=kind,
                    question=name,
                    answer=name,
                    system=names.get("system", ""),
                    group=helper("group", looks, {name}, table),
                    part=part,
                    sentence=sentence,
                )
    if "prompt" in names and "completion" in names:
        prompt, completion = names["prompt"], names["completion"]
        sentence = say("column_mapping.holds_questions_answers_2", prompt=prompt, completion=completion)
        return ColumnMapping(
            schema_name="prompt_completion",
            question=prompt,
            answer=completion,
            part=helper("part", looks, {prompt, completion}, table),
            sentence=sentence,
        )
    if "instruction" in names and {"output", "response", "answer"} & names.keys():
        return alpaca_mapping(names, looks, table)
    return None


def alpaca_mapping(names: dict[str, str], looks: dict[str, ColumnStats], table: Table) -> ColumnMapping:
    """Instruction, optional input, and the fullest of output, response and answer."""
    rivals = [names[one] for one in ("output", "response", "answer") if one in names]
    answer = max(rivals, key=lambda name: (round(looks[name].filled, 2), looks[name].distinct > 1, -rivals.index(name)))
    question, context = names["instruction"], names.get("input", names.get("context", ""))
    sentence = say("column_mapping.holds_questions_answers", question=question, answer=answer)
    if context:
        sentence += say("column_mapping.follows_question", context=context)
    others = [name for name in rivals if name != answer and looks[name].filled > 0]
    equal = [name for name in others if is_rival(looks[name], looks[answer], "answer")]
    doubt = say("column_mapping.could_both_be_answers", answer=answer, equal=equal[0]) if equal else ""
    if others:
        sentence += say("column_mapping.could_be_answer_too", others=others[0])
    used = {question, answer, context}
    return ColumnMapping(
        schema_name="alpaca", question=question, answer=answer, context=context, system=names.get("system", ""),
        group=helper("group", looks, used, table), part=helper("part", looks, used, table), sentence=sentence,
        doubt=doubt,
    )  # fmt: skip


def is_written_chat(value: str) -> bool:
    """JSON text of a chat in a cell of a CSV or sheet."""
    head = value[:400]
    return ('"role"' in head and '"content"' in head) or ('"from"' in head and '"value"' in head)


def text_mapping(table: Table, texts: ColumnStats, numbers: Sequence[ColumnStats]) -> ColumnMapping:
    """One column of texts: taken apart at the speakers' marks when nearly all have them; asked about unless prose."""
    name = texts.name
    sample = [text_of(row.cells.get(name, "")) for row in table.rows[:: max(1, len(table.rows) // 100)]]
    marked = sum(1 for text in sample if taken_apart(text))
    if marked >= 0.8 * len(sample):
        sentence = say("column_mapping.holds_questions_answers_one", name=name)
        return ColumnMapping(schema_name="text", question=name, answer=name, sentence=sentence)
    doubt = doubt_about_texts(texts, numbers)
    return ColumnMapping(
        schema_name="text", answer=name, sentence="" if doubt else say("named_columns.without_questions"), doubt=doubt
    )


def best_pair(looks: list[ColumnStats]) -> tuple[str, str]:
    """The two columns with the best scores together; empty names where nothing fits well enough."""
    texts = [look for look in looks if not look.is_number and look.filled > 0]
    named = any(rank(look.name, role) is not None for look in texts for role in ("question", "answer"))
    if len(looks) > 1 and not named and len(texts) > 3:
        return "", ""
    best, best_score = ("", ""), 0.0
    for asked in texts:
        if rank(asked.name, "question") is None and (asked.is_nested or asked.speaks < 0.3):
            continue
        for said in looks:
            if said.name == asked.name or said.filled == 0:
                continue
            if said.is_number and rank(said.name, "answer") is None:
                continue
            score = question_score(asked) + answer_score(said)
            if rank(asked.name, "question") is None and rank(said.name, "answer") is None:
                score += (
                    10 if asked.asks > said.asks else 5 if asked.length <= said.length or said.distinct <= 20 else 0
                )
            if score > best_score:
                best, best_score = (asked.name, said.name), score
    if len(texts) > 4 and best[0]:
        weakest = 200 if len(looks) > 12 else 1_000
        if place_of(best[0], "question") >= weakest:
            return "", best[1]
        if place_of(best[1], "answer") >= weakest:
            return best[0], ""
    return best


def place_of(name: str, role: str) -> int:
    """The rank, with no rank behind all others."""
    place = rank(name, role)
    return 9_999 if place is None else place


def question_score(look: ColumnStats) -> float:
    """Name first, then question marks and filling."""
    who = 60 if plain(look.name) in SPEAKERS and look.speaks < 0.3 else 0
    same = 15 if look.distinct <= 1 else 0
    return name_score(look.name, "question") + 20 * look.asks + 20 * look.filled - same - who


def answer_score(look: ColumnStats) -> float:
    """Name first, then filling; of two label columns the finer one. “Agent” over names of people is no answer."""
    fine = min(look.distinct, 50) / 10
    who = 60 if plain(look.name) in SPEAKERS and look.speaks < 0.3 else 0
    return name_score(look.name, "answer") + 20 * look.filled + fine - (25 if look.asks > 0.5 else 0) - who


def name_score(name: str, role: str) -> float:
    """100 for the plainest name, less further down the list, 0 for none."""
    place = rank(name, role)
    if place is None:
        return 0.0
    if place >= 200:  # only a word of the heading: “Our reply”
        return max(30.0, 70.0 - 0.5 * (place % 100))
    return max(40.0, 100.0 - 0.5 * place)


def helper(role: str, looks: dict[str, ColumnStats], used: set[str], table: Table) -> str:
    """A column for context, system, group or part: by its exact name, and for parts by its values, too."""
    for name, look in looks.items():
        place = rank(name, role)
        if name in used or look.filled == 0 or place is None or place >= 200:
            continue
        if role == "part" and not is_part_column(name, table):
            continue
        if role == "group" and look.distinct <= 1:
            continue
        if role in ("context", "system") and (look.is_number or look.length < 3):
            continue
        return name
    if role == "group":
        return next((name for name in looks if name not in used and holds_repeated_ids(name, table)), "")
    if role == "context":
        for name, look in looks.items():
            if name not in used and plain(name) in WEAK_CONTEXTS and look.speaks > 0.5 and not look.is_nested:
                return name
    return ""


def holds_repeated_ids(name: str, table: Table) -> bool:
    """Numbers of orders, customers or pages, most of which stand in a few rows each."""
    values = [text_of(row.cells.get(name, "")).strip() for row in table.rows[:SAMPLE]]
    counts = Counter(value for value in values if value)
    if len(counts) < FEWEST_GROUPS or sum(map(bool, map(ID.fullmatch, counts))) < 0.9 * len(counts):
        return False
    repeated = sum(count for count in counts.values() if 2 <= count <= MOST_OF_ONE)
    return repeated >= 0.8 * len(values) and len(values) <= MOST_OF_ONE * len(counts)


def is_part_column(name: str, table: Table) -> bool:
    """Nearly all values are names of parts."""
    step = max(1, len(table.rows) // SAMPLE)
    values = [plain(text_of(row.cells.get(name, ""))) for row in table.rows[::step]]
    named = [value for value in values if value]
    return bool(named) and sum(1 for value in named if value in PART_NAMES) >= 0.95 * len(named)


def parse_mapping(texts: Sequence[str], table: Table) -> ColumnMapping:
    """`question=COL` and `answer=COL`, repeated or with commas; what is not named is guessed."""
    return mapping_from(texts, table, propose_mapping)
