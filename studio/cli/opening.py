"""What commands begin with: the studio over a home, and files that exist."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.errors import StudioError

if TYPE_CHECKING:
    from studio.services.studio import Studio


def open_studio(home: Path | None, **flags: Any) -> "Studio":
    """The services over this home with the local engine; no heavy library is imported yet."""
    from studio.settings import keep_private, settings_from

    settings = settings_from({"home": home, **flags})
    keep_private(offline=settings.offline)
    from studio.services.health.home_check import check_home
    from studio.services.studio import Studio
    from studio.training.local_engine import LocalEngine

    check_home(settings.home)
    return Studio(settings, LocalEngine())


def existing(file: Path) -> Path:
    """The file, or one sentence when it is not there."""
    if not file.is_file():
        what = "is a folder" if file.is_dir() else "does not exist"
        raise StudioError(f"The file {what}.", hint="Check the path and its spelling.", where=str(file))
    return file
