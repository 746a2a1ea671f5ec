"""What a backup holds, as its last member says."""

from datetime import datetime

from studio.schemas.base import Record


class CopiedFile(Record):
    """One file of a home as it was copied."""

    sha256: str
    bytes: int


class BackupManifest(Record):
    """Every file by its path in the home. A member of the archive that is not named here is no part of the backup."""

    format: int = 1
    created: datetime
    studio: str  # the version that wrote it
    with_models: bool = False
    files: dict[str, CopiedFile]
