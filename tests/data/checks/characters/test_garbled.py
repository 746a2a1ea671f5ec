"""Line marks of other programs become line breaks; among letters of a wrong encoding they are what they were."""

import pytest

from studio.data.checks.characters.garbled import repaired
from studio.data.checks.examination import examine
from studio.schemas.example import pair


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Mon\x0bTue", "Mon\nTue"),
        ("Mon\x85Tue", "Mon\nTue"),
        ("Mon\x0cTue", "Mon\nTue"),
        ("Wait\x85 it\x92s late", "Wait… it’s late"),
        ("a\x07b", "ab"),
    ],
)
def test_vertical_tabs_and_nel_become_line_breaks(text: str, meant: str) -> None:
    assert repaired(text) == meant
    assert any(finding.kind == "garbled_text" for finding in examine([pair(1, "When?", text)]))
