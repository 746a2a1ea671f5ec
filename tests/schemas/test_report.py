"""A report survives its JSON and has the keys that the command line promises."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from studio.schemas.report import Advice, Conclusion, Report


def report(run: str = "r1") -> Report:
    return Report(
        id="p1", created=datetime(2026, 11, 20, tzinfo=UTC), by="ana", project="seeds", run=run, exam_sha256="ab",
        questions=41, work="free text", main_metric="chrf", contestants=("base", "tuned"),
        verdict=Conclusion(advice=Advice.USE, sentence="Use it."),
    )  # fmt: skip


def test_a_report_comes_back_from_its_json() -> None:
    assert Report.model_validate_json(report().model_dump_json()) == report()


def test_it_has_the_promised_keys() -> None:
    promised = {"contestants", "metrics", "comparisons", "probes", "verdict", "diagnosis", "sentences"}
    assert promised <= set(report().model_dump())


def test_no_key_is_unknown_and_no_number_is_none() -> None:
    with pytest.raises(ValidationError):
        Report.model_validate({**report().model_dump(), "extra": 1})
