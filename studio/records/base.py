"""The one base class of everything that is written down."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """Frozen, strict about unknown keys, and without NaN: what was written is what will be read."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
