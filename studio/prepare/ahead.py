"""What the later fixes and the look at their result will ask of all rows, worked out while the first fixes go on."""

from studio.prepare.beside import beside, can_be_copied
from studio.prepare.findings.empties import unanswered, unasked
from studio.prepare.findings.private import with_secrets
from studio.prepare.texts import Texts

FINDS = (unanswered, unasked, with_secrets)


def work_ahead(texts: Texts) -> None:
    """Start a copy of this process that works it out for these texts; where none can be made, nothing is begun."""
    if can_be_copied():
        texts.expect(beside(lambda: texts.worked_out(FINDS)))
