"""What a person did wrong, or what the world refused, in words she can act on.

Anyone in the house may import this module; it imports nothing.
"""


class StudioError(Exception):
    """A mistake a person can mend: what happened (message), what to do (hint), and where (file, row, column, field).

    Shown as it is on the page and on standard error, never with a traceback; the side door ends with exit status 2.
    """

    def __init__(self, message: str, hint: str = "", where: str = "") -> None:
        super().__init__(message)
        self.message, self.hint, self.where = message, hint, where

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UnreadableFile(StudioError):
    """The uploaded file cannot become a table."""


class UnusableModel(StudioError):
    """The folder or id does not hold a model that can be taught here."""


class WrongSetting(StudioError):
    """A knob or an option holds a value that cannot work; `where` is the field's name."""


class NotFound(StudioError):
    """No project, dataset or run of this name."""


class Damaged(StudioError):
    """A file of the studio's own that cannot be read any more."""


class RunFailed(StudioError):
    """A run ended early for a reason that a person can understand."""
