"""What a person did wrong, or what the world refused, in words she can act on.

Every package may import this module; it imports the words alone.
"""

import errno

from studio.copy.catalog import say


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
        hint = say("errors.make_room_then_do")
        return StudioError(say("errors.disk_computer_full_so"), hint=hint, where=place)
    if number == errno.EROFS or "readonly database" in said:
        return StudioError(say('errors.studio_folder_can_only'),
                           hint=say('errors.make_writable_or_choose'), where=place)  # fmt: skip
    if number in (errno.EACCES, errno.EPERM) or "unable to open database file" in said:
        return StudioError(say('errors.file_or_folder_may'),
                           hint=say('errors.ask_owner_for_right'), where=place)  # fmt: skip
    if number in (errno.EIO, errno.ENODEV, errno.ESTALE) or "disk I/O error" in said:
        return StudioError(say('errors.disk_could_not_be'),
                           hint=say('errors.see_whether_connected_sound'), where=place)  # fmt: skip
    if number in (errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENOENT, errno.ENAMETOOLONG):
        return StudioError(say('errors.file_or_folder_not'),
                           hint=say('errors.check_path_nothing_was'), where=place)  # fmt: skip
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
