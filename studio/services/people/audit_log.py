"""The audit log as a whole: whether it is as it was written, and as a table."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.storage.database import Database
from studio.storage.files import write_bytes

COLUMNS = ("line", "at", "by", "verb", "what", "hash")


@dataclass(frozen=True)
class AuditState:
    """A log in which every hash fits."""

    lines: int
    without_hash: int  # from before lines had hashes
    head: str  # the hash of the last line

    @property
    def sentences(self) -> list[str]:
        """What a person reads of it."""
        if not self.lines:
            return [say("audit.sound_empty")]
        return [say("audit.sound", lines=self.lines),
                *([say("audit.sealed", lines=self.without_hash)] if self.without_hash else []),
                *([say("audit.head", head=self.head)] if self.head else [])]  # fmt: skip


def verify(ledger: Database, expect: str = "") -> AuditState:
    """Follow the chain from the first line to the last. StudioError names the first line that is not as it was
    written, tells that lines are missing at the end, or that the hash `expect` is nowhere in it."""
    written, without_hash = ledger.audit_lengths()
    previous, count, met = "", 0, not expect
    for line, kept in ledger.audit():
        after = line.hash_after(previous)
        fits = kept == after if line.id > without_hash else not kept
        if line.id != count + 1 or not fits:
            raise StudioError(say("audit.broken", line=count + 1), hint=say("audit.broken_next"), where=f"{count + 1}")
        previous, count, met = after, line.id, met or kept == expect
    if count < written:
        raise StudioError(say("audit.shortened", written=written, lines=count), hint=say("audit.broken_next"))
    if not met:
        raise StudioError(say("audit.unknown_hash"), hint=say("audit.broken_next"), where="expect")
    return AuditState(count, without_hash, previous if count > without_hash else "")


def write_csv(ledger: Database, path: Path) -> int:
    """All lines, oldest first, as UTF-8 with a heading; how many."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    count = 0
    for line, kept in ledger.audit():
        table.writerow([line.id, line.at, *map(plain_cell, (line.by, line.verb, line.what)), kept])
        count += 1
    write_bytes(path, text.getvalue().encode("utf-8", "replace"))
    return count


def plain_cell(text: str) -> str:
    """A name must not become a formula where the table is opened."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠") else text
