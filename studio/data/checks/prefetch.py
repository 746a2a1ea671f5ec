"""What the later fixes and the look at their result will ask of all rows, worked out while the first fixes go on."""

from studio.data.checks.content.empty import unanswered, unasked
from studio.data.checks.examination import LARGE
from studio.data.checks.private.detection import with_secrets
from studio.data.forked_work import can_be_copied, in_forked_copy
from studio.data.text.example_texts import ExampleTexts

FINDS = (unanswered, unasked, with_secrets)


def work_ahead(texts: ExampleTexts) -> None:
    """Start a copy of this process that works it out for these texts; where none can be made, nothing is begun."""
    if can_be_copied():
        _ = texts.haystack  # both will search it: joined once
        texts.expect(in_forked_copy(lambda: texts.worked_out(FINDS)))


def near_ahead(texts: ExampleTexts) -> None:
    """Start another copy that looks for the near copies among these texts, while the fixes before those of copies go
    on: rows that leave meanwhile are no work, and the few whose words change are compared when they are known."""
    if len(texts) >= LARGE and can_be_copied():
        texts.await_ahead()
        texts.expect_near("both", in_forked_copy(lambda: texts.near("both")))
