"""Answers that are JSON: does it parse, does it fit the shape of the training answers, are its fields right."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

NAMES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array"), (dict, "object"),
)  # fmt: skip


def parsed(text: str) -> tuple[bool, Any]:
    """Whether the text is JSON (RFC 8259: no NaN), and its value. A fence of three backticks around it is allowed."""
    bare = text.strip()
    if bare.startswith("```") and bare.endswith("```") and len(bare) > 6:
        bare = bare[3:-3].removeprefix("json").strip()
    try:
        return True, json.loads(bare, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False, None


def _refuse(name: str) -> None:
    raise ValueError(name)


def is_json(text: str) -> bool:
    """It parses, and is an object or a list: a bare word or number is no JSON answer."""
    fine, value = parsed(text)
    return fine and isinstance(value, dict | list)


def _type(value: Any) -> str:
    return next((name for kind, name in NAMES if isinstance(value, kind)), "null")


def infer_schema(values: Sequence[Any]) -> dict[str, Any]:
    """A JSON Schema (2020-12) that all the values fit: types, keys, required keys, and short lists of choices."""
    types = sorted({_type(value) for value in values})
    if "number" in types and "integer" in types:
        types.remove("integer")
    schema: dict[str, Any] = {"type": types[0] if len(types) == 1 else types} if types else {}
    objects = [value for value in values if isinstance(value, dict)]
    if objects:
        keys = Counter(key for value in objects for key in value)
        schema["properties"] = {key: infer_schema([value[key] for value in objects if key in value]) for key in keys}
        schema["required"] = sorted(key for key, count in keys.items() if count == len(objects))
        schema["additionalProperties"] = False
    items = [item for value in values if isinstance(value, list) for item in value]
    if items:
        schema["items"] = infer_schema(items)
    if types == ["string"]:
        choices = Counter(values)
        if len(values) >= 20 and len(choices) <= 12 and min(choices.values()) >= 3:
            schema["enum"] = sorted(choices)
    return schema


def schema_of(answers: Sequence[str]) -> dict[str, Any]:
    """The schema of those training answers that parse."""
    return infer_schema([value for fine, value in map(parsed, answers) if fine])


def fits(text: str, schema: dict[str, Any]) -> bool:
    """It parses and the schema holds (jsonschema's verdict)."""
    from jsonschema import Draft202012Validator

    fine, value = parsed(text)
    return fine and bool(Draft202012Validator(schema).is_valid(value))


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every field with its value: `address.city`, `items[]`; the order in lists does not count."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, f"{path}[]")
    else:
        yield path, json.dumps(value, ensure_ascii=False)


def field_f1(reply: str, expert: str) -> float:
    """F1 over the fields of one answer (names and values both right); 0 when the reply does not parse."""
    (fine, said), (known, meant) = parsed(reply), parsed(expert)
    if not fine or not known:
        return 0.0
    given, wanted = Counter(leaves(said)), Counter(leaves(meant))
    if not given or not wanted:
        return float(said == meant)
    return 2 * sum((given & wanted).values()) / (given.total() + wanted.total())
