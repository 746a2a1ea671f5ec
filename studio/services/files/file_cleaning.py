"""From a file to a cleaned file without a project: the command line's `clean`, with the page's own rules."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from studio.copy.catalog import say
from studio.data.checks.examination import LARGE, examine, examine_later
from studio.data.checks.fixes import fix_all, refuse_emptying
from studio.data.checks.prefetch import near_ahead, work_ahead
from studio.data.checks.registry import CHECKS, by_rule, check_of, fixable
from studio.data.columns.ambiguity import refuse_doubt
from studio.data.columns.column_mapping import sure_mapping
from studio.data.columns.example_builder import make_examples
from studio.data.export.excel_export import warnings_for, write_xlsx
from studio.data.export.other_columns import NO_OTHERS, CellHiding, OtherColumns, other_columns
from studio.data.export.text_files import write_csv, write_jsonl
from studio.data.forked_work import in_forked_copy
from studio.data.history.event_log import replay
from studio.data.privacy.rules import Rules
from studio.data.readers.read_file import Table, unreadable
from studio.data.text.example_texts import ExampleTexts
from studio.errors import StudioError, WrongSetting
from studio.schemas.dataset import ColumnMapping as Columns
from studio.schemas.example import Example
from studio.schemas.finding import Decision, Drop, Finding, Kind
from studio.storage.files import write_json


@dataclass(frozen=True)
class CleanedFile:
    """The rows that are left, the account of those that are not, and what only a person can decide."""

    rows_in: int
    examples: tuple[Example, ...]
    drops: tuple[Drop, ...]
    changed: dict[str, int]
    findings: tuple[Finding, ...]  # before the fixes, where they were asked for
    examined: Callable[[], list[Finding]]  # after them; of a large table only half was looked at by now
    others: OtherColumns = NO_OTHERS  # what her table holds beside questions and answers

    @cached_property
    def left(self) -> tuple[Finding, ...]:
        """The findings after the fixes."""
        return tuple(self.examined())

    @property
    def dropped(self) -> dict[str, int]:
        """Rows by reason."""
        counts: dict[str, int] = {}
        for drop in self.drops:
            counts[drop.reason] = counts.get(drop.reason, 0) + 1
        return counts


UNREADABLE = "unreadable_row"
SEPARATORS = {",": ",", ";": ";", "tab": "\t"}


def agreed_to_lose(table: Table, name: str, fixes: Sequence[str]) -> None:
    """Rows that cannot be read are left out only when the person said so (`all`, or their own word)."""
    error = unreadable(table, name)
    if error is not None and not {"all", UNREADABLE} & set(fixes):
        raise error


def kinds_of(fixes: Sequence[str]) -> list[Kind]:
    """The kinds behind `--fix` words; WrongSetting for one that does not exist or that only a person can decide."""
    known = [check.kind for check in CHECKS]
    mended = [check.kind for check in fixable()]
    words = [word.partition("=")[0].strip() for word in fixes]
    for word in words:
        if word == UNREADABLE:
            continue
        if word not in known:
            raise WrongSetting(
                say("file_cleaning.there_no_finding_called", word=word[:40]),
                hint=say("file_cleaning.use_all_or_one") + ", ".join(mended) + ".",
                where="fix",
            )
        if word not in mended:
            raise WrongSetting(
                say('file_cleaning.cannot_be_fixed_by', word=word),
                hint=say('file_cleaning.decide_on_page_or'), where="fix",
            )  # fmt: skip
    return [kind for kind in mended if kind in words]


def choices_of(fixes: Sequence[str]) -> dict[Kind, str]:
    """What stands behind the `=` of `--fix` words, as in `private_details=fake,url=leave`."""
    chosen: dict[Kind, str] = {}
    for word in fixes:
        name, equals, choice = (part.strip() for part in word.partition("="))
        if not equals:
            continue
        kind = next(iter(kinds_of([name])), None)
        check = check_of(kind) if kind else None
        ways = check.choices if check else ()
        if check is not None and check.read_choice is not None:
            check.read_choice(choice)
        elif choice not in ways:
            raise WrongSetting(
                say("file_cleaning.no_way_fix", choice=choice[:40], name=name[:40]),
                hint=say("file_cleaning.use", ways=", ".join(ways)) if ways else say("file_cleaning.one_has_no_choice"),
                where="fix",
            )
        if kind:
            chosen[kind] = choice
    return chosen


def clean_table(
    table: Table, name: str, columns: Columns | None, fixes: Sequence[str], *, findings: bool = True
) -> CleanedFile:
    """Read rows become clean ones by the named fixes (`all`, or kinds); `rows_in = kept + dropped`, exactly.

    `findings`: with what was found before the fixes, which takes an examination of its own; else there are none.
    """
    agreed_to_lose(table, name, fixes)
    columns = columns or sure_mapping(table)
    refuse_doubt(columns, table)
    examples, not_made = make_examples(table, columns)
    texts = ExampleTexts(examples)
    before = in_forked_copy(lambda: examine(examples, texts=texts)) if findings else None
    if before is None and len(examples) >= LARGE:
        work_ahead(texts)
    named, choices = kinds_of([word for word in fixes if word != "all"]), choices_of(fixes)
    wanted = {*by_rule(), *named} if "all" in fixes else named
    given: dict[str, int] = {}
    rules = Rules(given=given, remember=given.update)  # the same detail gets the same placeholder in every column
    ahead = near_ahead if before is None and "near_duplicate" in wanted else None
    effects = fix_all(examples, wanted, choices=choices, texts=texts, private=rules, ahead=ahead)
    refuse_emptying(effects, examples)
    log = [
        Decision(
            id=str(number), at=datetime.now(UTC), by="rule", action="fix", kind=effect.kind, sentence=effect.sentence,
            drops=effect.drops, edits=effect.edits,
        )
        for number, effect in enumerate(effects)
    ]  # fmt: skip
    cleaned = replay(examples, log)
    texts.await_ahead()  # where no fix asked for it
    left = ExampleTexts(cleaned.examples, texts)
    examined = examine_later(left) if before is None else lambda: examine(cleaned.examples, texts=left)
    return CleanedFile(
        rows_in=table.rows_read, examples=tuple(cleaned.examples), drops=(*table.drops, *not_made, *cleaned.drops),
        changed=dict(cleaned.changed), findings=tuple(before() if before else ()), examined=examined,
        others=other_columns(table, columns, CellHiding(log, cleaned.examples, rules)),
    )  # fmt: skip


def write_cleaned(
    done: CleanedFile, out: Path, jsonl: Path | None, report: Path | None, *, for_excel: bool = False,
    separator: str = ",",
) -> list[str]:  # fmt: skip
    """The cleaned table (a workbook when its name ends so), its JSONL twin and the report, each whole or absent.

    Gives back what Excel would break.
    """
    for path in (out, jsonl, report):
        if path is not None and not path.absolute().parent.is_dir():
            raise StudioError(
                say("file_cleaning.folder_write_into_does"), hint=say("file_cleaning.make_first"), where=str(path)
            )
    if out.suffix.lower() == ".xlsx":
        write_xlsx(out, done.examples, done.others)
    else:
        write_csv(out, done.examples, for_excel=for_excel, separator=SEPARATORS[separator],
                  others=done.others)  # fmt: skip
    if jsonl is not None:
        write_jsonl(jsonl, done.examples)
    if report is not None:
        write_json(report, {
            "rows_in": done.rows_in, "rows_kept": len(done.examples), "dropped": done.dropped, "changed": done.changed,
            "findings": [finding.model_dump(mode="json") for finding in done.findings],
            "drops": [drop.model_dump(mode="json") for drop in done.drops],
        })  # fmt: skip
    return warnings_for(done.examples, done.others) if for_excel and out.suffix.lower() != ".xlsx" else []
