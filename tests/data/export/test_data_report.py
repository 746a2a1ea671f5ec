"""The data report says what was found and decided, and shows every text as text."""

from datetime import UTC, datetime

from studio.data.export.data_report import data_report
from studio.schemas.dataset import ColumnMapping, DatasetMetadata, UploadSource
from studio.schemas.finding import Decision

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
CARD = DatasetMetadata(
    id="d1", project="p", created=NOW, by="ana", columns=("q", "a"), mapping=ColumnMapping(question="q", answer="a"),
    source=UploadSource(name="<img src=x onerror=alert(1)>.csv", sha256="ab" * 32, size_bytes=1234, format="csv"),
    rows_in=10, rows_kept=8, dropped={"exact_duplicate": 2},
)  # fmt: skip


def test_the_account_the_log_and_the_rights_are_on_it() -> None:
    decision = Decision(id="1", at=NOW, by="ana", action="fix", sentence="2 copies taken out.")
    page = data_report(CARD, [], [decision], title="Tickets", exam=5, validation=5)
    for words in ("8 of 10 rows were kept", "exact copies", "2 copies taken out.", "not stated", "5 for the exam"):
        assert words in page


def test_names_from_outside_are_text() -> None:
    page = data_report(CARD, [], [], title="<script>x</script>", exam=0, validation=0)
    assert "<script" not in page and "<img" not in page
