"""The sentences of the Examples tab."""

from collections.abc import Iterable, Mapping, Sequence

from studio.data.checks.finding_preview import FindingPreview
from studio.data.history.drop_summary import NAMED, by_reason
from studio.schemas.dataset import DatasetMetadata
from studio.schemas.example import Example
from studio.schemas.finding import Drop, Finding, Kind
from studio.web.copy.common import count, short, spelled

FOR = "Teaching is for voice, format and routine decisions: how you greet, what an answer looks like, which label fits."
NOT_FOR = "It is not for facts that change, such as prices or opening hours: those want a search."
STEPS = (
    ("1", "Examples", "Bring a table of good answers. See what is wrong with it, and mend it."),
    ("2", "Model", "Pick what to start from. See how long it takes before it starts."),
    ("3", "Teach", "Press one button. You can close the page meanwhile."),
    ("4", "Compare", "Ask both, side by side, and judge for yourself."),
)
REASONS: Mapping[str, str] = {
    "empty_answer": "no answer", "empty_question": "no question", "exact_duplicate": "exact copies",
    "near_duplicate": "near copies", "conflicting_answers": "contradicting answers",
    "private_details": "private details",
    "possible_personal": "possible names and addresses", "secret": "passwords or keys", "too_long": "too long",
    "too_short": "too short", "garbled_text": "garbled letters", "markup": "left-over markup",
    "mixed_language": "another language", "placeholder": "placeholders instead of answers",
    "repeated_boilerplate": "repeated stock text", "imbalance": "one-sided", "leakage": "too like the exam",
    "special_tokens": "control marks", "thoughts": "thoughts", "written_lists": "written lists",
    "refusal_heavy": "refusals", "swapped_columns": "swapped columns",
    "too_few": "too few", "mail_signature": "mail signatures", "quoted_mail": "quoted mail",
    "spreadsheet_changes": "changed by a spreadsheet", "look_alike_letters": "look-alike letters",
    "invisible_marks": "invisible marks",
    "repeats_question": "the question once more", "cut_off": "cut off by a spreadsheet program",
    "unreadable_row": "could not be read", "blank_row": "blank",
    "repeated_header": "the header once more", "not_text": "no text", "exam_overlap": "the same as an exam question",
    "removed_by_person": "taken out by you", "not_submitted": "drafts and discarded work",
    "hidden_row": "hidden in the spreadsheet", "not_a_row": "totals and footers",
}  # fmt: skip
BUTTONS: Mapping[str, str] = {
    "empty_answer": "Take them out", "empty_question": "Take them out", "exact_duplicate": "Keep one of each",
    "near_duplicate": "Keep one of each", "private_details": "Hide them all", "secret": "Hide them all",
    "possible_personal": "Hide them all",
    "garbled_text": "Repair them", "markup": "Remove the markup", "special_tokens": "Remove the marks",
    "thoughts": "Take the thoughts out", "written_lists": "Write them as lines",
   
    "repeated_boilerplate": "Remove the stock text", "placeholder": "Take them out",
    "mail_signature": "Take the signatures out", "quoted_mail": "Take the quoted mail out",
    "spreadsheet_changes": "Take the apostrophes away", "look_alike_letters": "Write them in Latin letters",
    "invisible_marks": "Take the marks out",
}  # fmt: skip
WHY: Mapping[str, str] = {  # of one row or of many; the others read as in REASONS
    "exact_duplicate": "the same as an earlier row", "near_duplicate": "nearly the same as another row",
    "conflicting_answers": "another answer holds", "placeholder": "a stand-in instead of an answer",
    "secret": "a password or key", "not_text": "no text to learn from", "not_submitted": "a draft or discarded work",
    "not_a_row": "a total or a footer",
}  # fmt: skip
SEVERITIES: Mapping[str, str] = {
    "stop": "must be mended", "serious": "important", "look": "worth a look", "note": "good to know",
}  # fmt: skip


MORE = "More"
KEYS = "Keys: j and k move, Enter presses the first button, u undoes the last decision."
FIX_ALL = "Fix all that needs no decision"
FIX_ALL_ASK = "See what “Fix all” would do"
FIX_ALL_LARGE = "Some of these need no decision: they can be mended with one press."


def fix_all(out: int, changed: int) -> str:
    """What one press would do."""
    counts = ((out, "takes out"), (changed, "changes"))
    said = " and ".join(f"{verb} {count(rows, 'row')}" for rows, verb in counts if rows)
    return f"“Fix all” {said or 'changes nothing'}. One Undo takes all of it back."


def takes_back(sentence: str) -> str:
    """Which decision the button takes back."""
    return f"Takes back: {short(sentence, 60)}"


def two_answers(question: str, one: str, other: str) -> str:
    """A question with two answers."""
    return f"“{short(question, 60)}” is answered with “{short(one, 50)}” and with “{short(other, 50)}”."


def status(kept: int, findings: Sequence[Finding]) -> str:
    """The bar at the foot of the tab."""
    left = sum(finding.severity != "note" for finding in findings)
    return f"{count(kept, 'example')} ready" + (f" · {left:,} to look at" if left else "")


NEXT = "Next: choose a model"


def examples_headline(card: DatasetMetadata, findings: Sequence[Finding], kept: int) -> tuple[str, str]:
    """The first thing to read about a table, and the sentence under it."""
    open_ = [finding for finding in findings if finding.severity != "note"]
    todo = (
        f"and {spelled(len(open_))} {'thing' if len(open_) == 1 else 'things'} to look at"
        if open_
        else "ready to teach"
    )
    sheet = f", sheet “{card.source.sheet}”" if card.source.sheet else ""
    lead = f"From {card.source.name}{sheet}. Nothing changes until you say so, and every change can be undone."
    return f"{count(kept, 'example')}, {todo}", lead


def account(card: DatasetMetadata, kept: int) -> str:
    """Every row of the upload, accounted for: in = kept + dropped by reason."""
    dropped = {reason: number for reason, number in card.dropped.items() if number}
    added = f", and {count(card.rows_added, 'row')} added by you" if card.rows_added else ""
    if not dropped:
        return f"{count(card.rows_in, 'row')} in the file, all {kept - card.rows_added:,} kept{added}."
    reasons = ", ".join(f"{number:,} {REASONS.get(reason, reason)}" for reason, number in dropped.items())
    gone = sum(dropped.values())
    came = count(card.rows_in, "row")
    return f"{came} in the file = {card.rows_in - gone:,} kept + {gone:,} left out ({reasons}){added}."


def left_out(drops: Iterable[Drop], counts: Mapping[str, int]) -> list[str]:
    """A line for each reason: how many rows, and the first of them by number, with what is known of each."""
    lines = []
    for reason, some in by_reason(drops).items():
        total = counts.get(reason, len(some))
        rows = [f"{drop.row:,} ({drop.detail})" if drop.detail else f"{drop.row:,}" for drop in some[:NAMED]]
        more = [f"{total - len(rows):,} more"] if total > len(rows) else []
        named = f"{', '.join([*rows, *more][:-1])} and {[*rows, *more][-1]}" if len(rows) + len(more) > 1 else rows[0]
        what = WHY.get(reason) or REASONS.get(reason, reason.replace("_", " "))
        lines.append(f"{count(total, 'row')} left out, {what}: {'row' if total == 1 else 'rows'} {named}.")
    return lines


def most_lost(lost: int, total: int) -> str:
    """Why a fix is not offered as one press."""
    what = "all rows" if lost == total else f"{lost:,} of {total:,} rows"
    return f"Taking them out would leave out {what}. See whether the right columns are read, or bring a fuller table."


def parts(learn: int, practice: int, exam: int) -> str:
    """How the rows are shared out."""
    return f"{learn:,} to learn from · {practice:,} for the practice check · {exam:,} for the exam"


def of_row(label: str, kind: Kind, seen: FindingPreview) -> str:
    """One row of a finding, so that she sees what is meant."""
    if kind in ("empty_answer", "empty_question"):
        return f"{label}: “{short(seen.example.question + seen.example.answer, 110)}”"
    if kind == "placeholder":
        return f"{label}: “{short(seen.example.question, 70)}” is answered with “{short(seen.example.answer, 70)}”"
    if kind == "swapped_columns":
        return f"{label}: question “{short(seen.example.question, 90)}”, answer “{short(seen.example.answer, 90)}”"
    return f"{label}: {seen.note}" if seen.note else f"{label}: “{short(seen.example.answer, 110)}”"


def copies(first: Example, group: Sequence[Example]) -> str:
    """Rows that say the same."""
    names = [example.id.removeprefix("r") for example in group]
    many = ", ".join(names[:4]) + (f" and {len(names) - 4:,} more" if len(names) > 4 else "")
    return f"Rows {many}: “{short(first.question, 60)}” – “{short(first.answer, 60)}”"


TABLE_HINT = (
    "CSV, TSV, Excel, JSON, JSONL or Parquet, up to 200 MB. One row for each question and its answer. "
    "20 rows are the least; 100 and more are a good start."
)
SAMPLE_HINT = "Made up for this studio. It loads as if you had brought it, and shows the whole way in ten minutes."
CHOOSE_COLUMNS = "Choose which columns hold the questions and the answers"

NOTHING_ASKED = "(none)"
NO_ANSWER_YET = "No column is chosen for the answers."
CHOOSE_ANSWER = "Choose the column that the model is to learn from."
NO_QUESTION_YET = "No column is chosen for the questions."
CHOOSE_QUESTION = "Choose one, or “(none)” for texts without questions: they teach a style, not answers."
CHOOSE_BACKGROUND = "Choose another column for the background, or (none)."
ANSWER_THE_DOUBT = "Choose the columns here, and look at the rows beside them."


def in_two_roles(column: str) -> str:
    """One column cannot be learned and told in advance."""
    return f"“{column[:40]}” is chosen twice: it cannot be background, too."


def file_lead(name: str, rows: int, format: str, sentence: str) -> str:
    """What was found in a file."""
    return f"{name}: {count(rows, 'row')}, read as {format}. {sentence}".strip()


HIDDEN_CHOICES = (("Leave them out", "leave_out"), ("Use them", "use"))


def hidden_rows(number: int) -> str:
    """The question about rows that a spreadsheet hides."""
    return f"{count(number, 'row')} {'is' if number == 1 else 'are'} hidden in the spreadsheet"


def column_choices(columns: Sequence[str], hidden: Sequence[str]) -> list[str | tuple[str, str]]:
    """The columns to choose from: those that the spreadsheet hides at the end, and marked."""
    shown: list[str | tuple[str, str]] = [name for name in columns if name not in hidden]
    return [*shown, *((f"{name} (hidden in the spreadsheet)", name) for name in hidden)]


NO_FINDINGS = "No empty answers, no copies, no contradictions, no private details were found."


def table_title(first: int, here: int, total: int, kind: str, search: str) -> tuple[str, str]:
    """What the table shows, and that it can be changed."""
    if not total:
        return "No row fits", "Press “Show all rows” to see everything again."
    what = (
        "All examples" if not kind and not search else f"Rows with: {REASONS.get(kind, kind)}" if kind else "Found rows"
    )
    many = f"Rows {first + 1:,} to {first + here:,} of {total:,}. " if here < total else f"{count(total, 'row')}. "
    return what, many + "Double-click a cell to rewrite it; every change can be undone."


ADD_OR_TAKE_OUT = "Add or take out a row"
ALL_ROWS = ("All examples", "")


def kinds_to_show(findings: Sequence[Finding], kind: str) -> list[tuple[str, str]]:
    """The findings by which rows can be picked out, with how many rows each has; and the one that is picked out."""
    counts = {finding.kind: len(finding.rows) for finding in findings if finding.rows}
    if kind and kind not in counts:
        counts[kind] = 0
    return [ALL_ROWS, *((f"{REASONS.get(one, one).capitalize()} ({number:,})", one) for one, number in counts.items())]


SAVE_FORMS = {
    "csv": "Save as CSV", "csv_for_excel": "Save as CSV for Excel", "xlsx": "Save as Excel file",
    "jsonl": "Save as JSONL",
}  # fmt: skip
MORE_SAVE_FORMS = {
    "csv_for_excel_semicolons": "CSV for Excel with semicolons", "report": "Data report to print",
    "prompt_completion": "JSONL as prompt and completion", "parquet": "Parquet",
}  # fmt: skip
SHEET_TITLE = "Let a colleague decide"
SHEET_LEAD = (
    "The sheet opens in any spreadsheet program. Write fix, leave or remove in the column “decision”; "
    "for answers that differ, keep or both; or write a new answer."
)
PARTS_HINT = "The exam is kept aside: no run learns from it. Near copies always stay on one side."
TOGETHER = "Keep rows together, or shared out as they are"
TOGETHER_WHY = (
    "Two rows about one customer or document are alike. If one is learned and the other asked in the exam, the exam is "
    "too easy. Rows of one group always stay on one side."
)


def tied(group: str, part: str) -> list[str]:
    """What is said about the columns that tie rows together and that share them out."""
    said = [f"Rows with the same “{group}” stay together, in the examples or in the exam."] if group else []
    return [*said, f"The exam and the practice check are as “{part}” says."] if part else said


WITHDRAWN = (
    "They were withdrawn", "Somebody has a right to it: they leave the exam as well, which becomes its next version.",
)  # fmt: skip
