"""The sentences of the Examples tab."""

import re
from collections.abc import Iterable, Mapping, Sequence

from studio.copy.catalog import Phrases, say
from studio.data.checks.finding_preview import FindingPreview
from studio.data.history.drop_summary import NAMED, by_reason
from studio.data.privacy.secrets import find_secrets
from studio.schemas.dataset import DatasetMetadata
from studio.schemas.example import Example
from studio.schemas.finding import Drop, Finding, Kind
from studio.web.copy.common import TABS, short, spelled


def steps() -> list[tuple[str, str, str]]:
    """The way ahead: number, name of the tab, and what happens there."""
    return [(str(at), TABS[tab], what) for at, (tab, what) in enumerate(Phrases("way").items(), 1)]


REASONS = Phrases("examples.reasons")  # fmt: skip
BUTTONS = Phrases("examples.buttons")  # fmt: skip
WHY = Phrases("examples.why")  # fmt: skip
SEVERITIES = Phrases("examples.severities")  # fmt: skip


def fix_all(out: int, changed: int) -> str:
    """What one press would do."""
    counts = ((out, say("examples.takes_out")), (changed, say("examples.changes_rows")))
    said = say("examples.and_then").join(f"{verb} {say('count.row', number=rows)}" for rows, verb in counts if rows)
    return say("examples.fix_all_one_undo", said=said or say("examples.changes_nothing"))


MOST_NAMED, FEW_MORE = 12, 3  # rows that are named, and how many more are named as well
QUOTED, BEFORE = 50, 20  # letters of an answer in a sentence, and of what two share before they differ


def fix_all_kind(kind: Kind, out: int, changed: int, rows: Sequence[str]) -> str:
    """What one press would do to the rows of one kind, and which they are."""
    counts = ((out, say("examples.row_out")), (changed, say("examples.row_changed")))
    done = ", ".join(f"{say('count.row', number=number)} {what}" for number, what in counts if number)
    most = MOST_NAMED if len(rows) > MOST_NAMED + FEW_MORE else len(rows)
    named = ", ".join(rows[:most]) + (say("examples.more_3", names=len(rows) - most) if len(rows) > most else "")
    return say("examples.fix_all_kind", what=REASONS.get(kind, kind).capitalize(), done=done, rows=named)


def stock_lines(finding: Finding) -> list[str]:
    """Every line that would be taken out, whole, with the number of its answers."""
    return [say("examples.stock_line", line=line, rows=len(rows)) for line, rows in finding.parts.items()]


def stock_button(finding: Finding) -> str:
    """What the press takes out, by its words where it is one line."""
    lines = list(finding.parts)
    if len(lines) != 1:
        return say("examples.take_lines_out", lines=len(lines))
    return say("examples.take_line_out", line=short(lines[0], 40))


def in_fix_all(out: int, changed: int) -> str:
    """How many rows of one finding one press would mend."""
    if not out and not changed:
        return say("examples.in_fix_all_none")
    return say("examples.in_fix_all_out" if out else "examples.in_fix_all_changed", number=out or changed)


def waiting(number: int, count: int) -> str:
    """That rows are left alone until another finding is decided."""
    return say("examples.all_wait" if number == count else "examples.some_wait", number=number)


def takes_back(sentence: str) -> str:
    """Which decision the button takes back."""
    return say("examples.takes_back", sentence=short(sentence, 120))


def two_answers(question: str, one: str, other: str) -> str:
    """A question with two answers, each from a little before the place where they differ."""
    one, other = " ".join(one.split()), " ".join(other.split())
    pairs = enumerate(zip(one, other, strict=False))
    shared = next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))
    if shared > QUOTED - BEFORE:  # both would be cut before they differ
        start = one.rfind(" ", 0, shared - BEFORE) + 1
        one, other = (f"… {text[start:]}" if start else text for text in (one, other))
    return say(
        "examples.answered_with_with", question=short(question, 60), one=short(one, QUOTED), other=short(other, QUOTED)
    )


def status(kept: int, findings: Sequence[Finding]) -> str:
    """The bar at the foot of the tab."""
    left = sum(finding.severity != "note" for finding in findings)
    return say("examples.ready", kept=kept - len(one_sided(findings))) + (
        say("examples.look_at", left=left) if left else ""
    )


def examples_headline(card: DatasetMetadata, findings: Sequence[Finding], kept: int) -> tuple[str, str]:
    """The first thing to read about a table, and the sentence under it."""
    open_ = [finding for finding in findings if finding.severity != "note"]
    todo = (
        say("examples.look_at_2", spelled=spelled(len(open_)), open=len(open_))
        if open_
        else say("examples.ready_teach")
    )
    sheet = say("examples.sheet", sheet=card.source.sheet) if card.source.sheet else ""
    lead = say("examples.from_nothing_changes_until", name=card.source.name, sheet=sheet)
    if lost_most(card):
        lost = not_read(card)
        lead = say("examples.from_most_left_out", name=card.source.name, sheet=sheet, lost=lost, rows=card.rows_in)
    return f"{say('count.example', number=kept)}, {todo}", lead


def not_read(card: DatasetMetadata) -> int:
    """Rows that the reading of the file left out, those that hold nothing to learn not counted."""
    return sum(card.dropped.get(reason, 0) for reason in ("unreadable_row", "hidden_row", "not_text"))


def lost_most(card: DatasetMetadata) -> bool:
    """Whether the reading of the file left out more than half of its rows."""
    return 2 * not_read(card) > card.rows_in


def account(card: DatasetMetadata) -> str:
    """Every row of the upload, accounted for: in = kept + dropped by reason."""
    dropped = {reason: number for reason, number in card.dropped.items() if number}
    added = say("examples.added_by_you", rows_added=card.rows_added) if card.rows_added else ""
    if not dropped:
        return say("examples.file_all_kept", rows_in=card.rows_in, added=added)
    reasons = ", ".join(f"{REASONS.get(reason, reason)}: {number:,}" for reason, number in dropped.items())
    gone = sum(dropped.values())
    came = say("count.row", number=card.rows_in)
    return say(
        "examples.file_kept_left_out", came=came, rows_in=card.rows_in - gone, gone=gone, reasons=reasons, added=added
    )


def row_numbers(examples: Sequence[Example]) -> str:
    """Which numbers the rows bear on the page."""
    return say("examples.rows_of_file") if any(one.file_row for one in examples) else say("examples.rows_from_one")


def left_out(drops: Iterable[Drop], counts: Mapping[str, int]) -> list[str]:
    """A line for each reason: how many rows, and the first of them by number, with what is known of each."""
    lines = []
    for reason, some in by_reason(drops).items():
        total = counts.get(reason, len(some))
        details = {drop.detail for drop in some}
        alike = len(some) > 1 and len(details) == 1  # said once for all of them
        rows = [
            f"{drop.shown_row:,} ({drop.detail})" if drop.detail and not alike else f"{drop.shown_row:,}"
            for drop in some[:NAMED]
        ]
        more = [say("examples.more_2", total=total - len(rows))] if total > len(rows) else []
        named = (
            say("examples.and", rows=", ".join([*rows, *more][:-1]), rows_2=[*rows, *more][-1])
            if len(rows) + len(more) > 1
            else rows[0]
        )
        what = WHY.get(reason) or REASONS.get(reason, reason.replace("_", " "))
        what = f"{what} ({some[0].detail})" if alike and some[0].detail else what
        lines.append(say("examples.left_out", total=total, what=what, named=named))
    return lines


def most_lost(lost: int, total: int) -> str:
    """Why a fix is not offered as one press."""
    what = say("examples.all_rows") if lost == total else say("examples.rows", lost=lost, total=total)
    return say("examples.taking_them_out_would", what=what)


def one_sided(findings: Sequence[Finding]) -> set[int]:
    """The rows without a question or without an answer that were not taken out yet."""
    return {row for one in findings if one.kind in ("empty_answer", "empty_question") for row in one.rows}


def parts(learn: int, practice: int, exam: int, findings: Sequence[Finding] = ()) -> str:
    """How the rows are shared out, with those that have one side alone, which are no examples to learn from."""
    said = say("examples.learn_from_for_practice", learn=learn, practice=practice, exam=exam)
    empty = len(one_sided(findings))
    return f"{said}. {say('examples.one_sided_too', rows=empty)}" if empty else said


def of_row(label: str, kind: Kind, seen: FindingPreview) -> str:
    """One row of a finding, so that she sees what is meant."""
    if kind in ("empty_answer", "empty_question"):
        return f"{label}: “{short(seen.example.question + seen.example.answer, 110)}”"
    if kind == "secret":
        places = ((turn.content, *place) for turn in seen.example.messages for place in find_secrets(turn.content))
        text, start, _ = next(places, (seen.example.answer, 0, 0))
        before = PRIVATE.sub("•••", text[max(0, start - 50) : start])  # and nothing behind: another one may stand there
        return f"{label}: “… {' '.join(before.split())} ••• …”"
    if kind == "placeholder":
        return say(
            "examples.answered_with",
            label=label,
            question=short(seen.example.question, 70),
            answer=short(seen.example.answer, 70),
        )
    if kind == "swapped_columns":
        return say(
            "examples.question_answer",
            label=label,
            question=short(seen.example.question, 90),
            answer=short(seen.example.answer, 90),
        )
    said = seen.example.answer.strip() or seen.example.question  # an automatic reply may be what was asked
    return f"{label}: {seen.note}" if seen.note else f"{label}: “{short(said, 110)}”"


def copies(first: Example, group: Sequence[Example]) -> str:
    """Rows that say the same."""
    names = [example.label for example in group]
    many = ", ".join(names[:4]) + (say("examples.more_3", names=len(names) - 4) if len(names) > 4 else "")
    return say("examples.rows_2", many=many, question=short(first.question, 60), answer=short(first.answer, 60))


PRIVATE = re.compile(r"\S*[\d@]\S*")  # beside a secret: whatever may be one, too
NOTHING_ASKED = "(none)"


def in_two_roles(column: str) -> str:
    """One column cannot be learned and told in advance."""
    return say("examples.chosen_twice_cannot_be", column=column[:40])


def file_lead(name: str, rows: int, format: str, sentence: str) -> str:
    """What was found in a file."""
    return say(
        "examples.read_as", name=name, rows=rows, format=Phrases("file_format").get(format, format), sentence=sentence
    ).strip()


def hidden_choices() -> list[tuple[str, str]]:
    """What can be done with rows that a spreadsheet hides: what is said, and what is meant."""
    return [(words, choice) for choice, words in Phrases("hidden_rows").items()]


def hidden_rows(number: int) -> str:
    """The question about rows that a spreadsheet hides."""
    return say("examples.hidden_spreadsheet", number=number)


def headings_choices(lines: Sequence[tuple[int, str]], held: int) -> list[tuple[str, int]]:
    """The rows that may hold the headings, and that none does. `held` is the row that is taken for them, 0 for none."""
    offered = [(say("columns_panel.headings_in", row=row, line=line), row) for row, line in lines]
    if held and held not in dict(lines):
        offered.append((say("columns_panel.headings_in_row", row=held), held))
    return [*offered, (say("columns_panel.no_headings"), 0)]


def loses_most(lost: int, rows: int) -> str:
    """That a reading leaves out more than half of a table."""
    return say("columns_panel.loses_most", lost=lost, rows=rows)


def left_alone(name: str, project: bool, parent: bool) -> str:
    """What became of a file that she did not take: nothing, and what she sees instead."""
    if parent:
        return say("columns_panel.columns_stay")
    return say("columns_panel.back_to_project" if project else "columns_panel.not_brought_in", name=name)


def column_choices(columns: Sequence[str], hidden: Sequence[str]) -> list[str | tuple[str, str]]:
    """The columns to choose from: those that the spreadsheet hides at the end, and marked."""
    shown: list[str | tuple[str, str]] = [name for name in columns if name not in hidden]
    return [*shown, *((say("examples.hidden_spreadsheet_2", name=name), name) for name in hidden)]


def table_title(first: int, here: int, total: int, kind: str, search: str) -> tuple[str, str]:
    """What the table shows, and that it can be changed."""
    if not total:
        return say("examples.no_row_fits"), say("examples.press_show_all_rows")
    what = (
        say("examples.all_examples")
        if not kind and not search
        else say("examples.rows_with", reasons=REASONS.get(kind, kind))
        if kind
        else say("examples.found_rows")
    )
    many = (
        say("examples.rows_3", first=first + 1, first_2=first + here, total=total)
        if here < total
        else f"{say('count.row', number=total)}. "
    )
    return what, many + say("examples.double_click_cell_rewrite")


def all_rows() -> tuple[str, str]:
    """The first choice of the list of kinds."""
    return say("examples.all_examples"), ""


def kinds_to_show(findings: Sequence[Finding], kind: str) -> list[tuple[str, str]]:
    """The findings by which rows can be picked out, with how many rows each has; and the one that is picked out."""
    counts = {finding.kind: len(finding.rows) for finding in findings if finding.rows}
    if kind and kind not in counts:
        counts[kind] = 0
    return [
        all_rows(),
        *((f"{REASONS.get(one, one).capitalize()} ({number:,})", one) for one, number in counts.items()),
    ]


def groups_bar(group: str, groups: int) -> str:
    """That the rows that stay together leave no exam."""
    return say("examples.groups_bar", group=group[:40], groups=groups)


SAVE_FORMS = Phrases("examples.save_forms")  # fmt: skip
MORE_SAVE_FORMS = Phrases("examples.more_save_forms")  # fmt: skip


def tied(group: str, part: str) -> list[str]:
    """What is said about the columns that tie rows together and that share them out."""
    said = [say("examples.rows_with_same_stay", group=group)] if group else []
    return [*said, say("examples.exam_practice_check_as", part=part)] if part else said
