"""What the Examples tab says of the rows that are ready."""

from studio.schemas.finding import Finding
from studio.web.copy.examples import parts, status


def test_a_row_without_an_answer_is_not_ready_and_is_told_beside_the_parts() -> None:
    empty = [Finding(kind="empty_answer", severity="serious", count=1, rows=(4,)),
             Finding(kind="empty_question", severity="serious", count=1, rows=(9,))]  # fmt: skip
    assert status(150, empty).startswith("148 examples ready")
    assert "2 rows among them have no question or no answer" in parts(121, 14, 15, empty)
    assert parts(121, 14, 15) in parts(121, 14, 15, empty)
