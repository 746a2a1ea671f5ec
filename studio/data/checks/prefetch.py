"""What the later fixes and the look at their result will ask of all rows, worked out while the first fixes go on."""

from studio.data.checks.content.empty import unanswered, unasked
from studio.data.checks.private.detection import with_secrets
from studio.data.forked_work import can_be_copied, in_forked_copy
from studio.data.text.example_texts import ExampleTexts

FINDS = (unanswered, unasked, with_secrets)


def work_ahead(texts: ExampleTexts) -> None:
    """Start a copy of this process that works it out for these texts; where none can be made, nothing is begun."""
    if can_be_copied():
        _ = texts.haystack  # both will search it: joined once
        texts.expect(in_forked_copy(lambda: texts.worked_out(FINDS)))
