"""What a person did wrong, or what the world refused, in words she can act on.

Every package may import this module; it imports nothing of the studio.
"""

import errno


class StudioError(Exception):
    """A mistake a person can mend: what happened (message), what to do (hint), and where (file, row, column, field).

    Shown as it is on the page and on standard error, never with a traceback; the command line ends with exit status 2.
    """

    def __init__(self, message: str, hint: str = "", where: str = "") -> None:
        super().__init__(message)
        self.message, self.hint, self.where = message, hint, where

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


def disk_trouble(error: Exception) -> StudioError | None:
    """What a disk or a folder refused, as a sentence; nothing for any other fault."""
    said = str(error)
    if "No space left on device" in said and not isinstance(error, OSError):
        error = OSError(errno.ENOSPC, said)  # libraries of other languages tell it in words alone
    number = error.errno if isinstance(error, OSError) else None
    place = str(error.filename or "") if isinstance(error, OSError) else ""
    if number in (errno.ENOSPC, errno.EDQUOT) or "database or disk is full" in said:
        hint = "Make room, then do it again. What was there before is whole."
        return StudioError("The disk of this computer is full, so that was not kept.", hint=hint, where=place)
    if number == errno.EROFS or "readonly database" in said:
        return StudioError("The studio's folder can only be read, so nothing can be kept there.",
                           hint="Make it writable, or choose another one with --home.", where=place)  # fmt: skip
    if number in (errno.EACCES, errno.EPERM) or "unable to open database file" in said:
        return StudioError("A file or folder may not be opened or written by you.",
                           hint="Ask its owner for the right to, or choose another place.", where=place)  # fmt: skip
    if number in (errno.EIO, errno.ENODEV, errno.ESTALE) or "disk I/O error" in said:
        return StudioError("The disk could not be read or written.",
                           hint="See whether it is connected and sound, then do it again.", where=place)  # fmt: skip
    if number in (errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENOENT, errno.ENAMETOOLONG):
        return StudioError("A file or folder is not there, or is not what was expected.",
                           hint="Check the path, and that nothing was moved meanwhile.", where=place)  # fmt: skip
    return None


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
