"""GROUND: what things are. Frozen pydantic models without any reading or writing."""
