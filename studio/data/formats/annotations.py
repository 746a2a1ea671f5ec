"""Exports of annotation tools: one row for each submitted answer; drafts and guesses are not trained on."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from studio.copy.catalog import say

SUBMITTED = ("submitted", "completed", "validated", "")


class UnsubmittedRow(NamedTuple):
    """An entry that stands in for a row which is not trained on, with the reason."""

    reason: str
    detail: str


def submitted_rows(rows: list[Any], notes: list[str]) -> list[Any]:
    """The rows behind the tasks of Label Studio, Argilla or Prodigy; other rows as they are."""
    sample = [row for row in rows[:50] if isinstance(row, dict)]
    for belongs, unpacked, tool in (
        (is_task, from_task, "Label Studio"), (is_record, from_record, "Argilla"),
        (is_flat_record, from_flat_record, "Argilla"), (is_prodigy, from_prodigy, "Prodigy"),
    ):  # fmt: skip
        if sample and sum(map(belongs, sample)) > len(sample) // 2:
            counted: Counter[str] = Counter()
            made = [inner for row in rows for inner in (unpacked(row, counted) if isinstance(row, dict) else [row])]
            notes.append(say("annotations.read_as_export_each", tool=tool))
            if number := counted["guess"]:
                guesses, are = ("guess", "is") if number == 1 else ("guesses", "are")
                notes.append(say("annotations.machine_not_taught", number=number, guesses=guesses, are=are))
            unfinished = sum(1 for row in made if isinstance(row, UnsubmittedRow))
            if unfinished:
                answers, are = ("answer", "is") if unfinished == 1 else ("answers", "are")
                notes.append(
                    say("annotations.draft_or_discarded_left", unfinished=unfinished, answers=answers, are=are)
                )
            return made
    return rows


def is_task(row: dict[str, Any]) -> bool:
    """Label Studio's full export."""
    return isinstance(row.get("data"), dict) and isinstance(row.get("annotations", row.get("completions")), list)


def from_task(task: dict[str, Any], counted: Counter[str]) -> Iterator[Any]:
    """One row for each annotation; a task without one keeps its question."""
    data = task.get("data")
    done = task.get("annotations", task.get("completions"))
    if not isinstance(data, dict) or not isinstance(done, list):
        yield task
        return
    counted["guess"] += len(task["predictions"]) if isinstance(task.get("predictions"), list) else 0
    if not done:
        yield dict(data)
    for annotation in done:
        if not isinstance(annotation, dict):
            continue
        if annotation.get("was_cancelled") or annotation.get("ground_truth_rejected") or annotation.get("skipped"):
            yield UnsubmittedRow("not_submitted", say("annotations.unfinished"))
            continue
        yield {**data, **results_of(annotation.get("result"))}
    for _ in task.get("drafts") or []:
        yield UnsubmittedRow("not_submitted", say("annotations.unfinished"))


def results_of(results: Any) -> dict[str, Any]:
    """The values of one annotation by the name of the control that they were given in."""
    found: dict[str, list[str]] = {}
    for result in results if isinstance(results, list) else []:
        value = result.get("value") if isinstance(result, dict) else None
        if isinstance(value, dict):
            name = str(result.get("from_name") or result.get("type") or "answer")
            found.setdefault(name, []).append(value_of(value))
    return {name: "\n".join(texts) for name, texts in found.items()}


def value_of(value: dict[str, Any]) -> str:
    """Text that was written, choices that were taken, a rating; anything else as JSON."""
    for name in ("text", "choices", "labels", "taxonomy", "number", "rating", "datetime"):
        if name in value and not ({"start", "end"} & value.keys()):
            said = value[name]
            items = said if isinstance(said, list) else [said]
            words = [" / ".join(map(str, item)) if isinstance(item, list) else str(item) for item in items]
            return ("\n" if name == "text" else ", ").join(words)
    return json.dumps(value, ensure_ascii=False)


def is_record(row: dict[str, Any]) -> bool:
    """A record of Argilla with its responses."""
    return isinstance(row.get("fields"), dict) and isinstance(row.get("responses"), list | dict)


def from_record(record: dict[str, Any], counted: Counter[str]) -> Iterator[Any]:
    """One row for each person's submitted response."""
    fields, responses = record.get("fields"), record.get("responses")
    if not isinstance(fields, dict):
        yield record
        return
    counted["guess"] += bool(record.get("suggestions"))
    people: dict[str, dict[str, Any]] = {}
    states: dict[str, str] = {}
    if isinstance(responses, list):
        for place, response in enumerate(responses):
            if isinstance(response, dict):
                values = response.get("values")
                given = values if isinstance(values, dict) else {}
                people[str(place)] = {name: inner_value(said) for name, said in given.items()}
                states[str(place)] = str(response.get("status", ""))
    elif isinstance(responses, dict):
        for name, answers in responses.items():
            for place, response in enumerate(answers if isinstance(answers, list) else []):
                if isinstance(response, dict):
                    who = str(response.get("user_id", place))
                    people.setdefault(who, {})[name] = inner_value(response)
                    states[who] = str(response.get("status") or "")
    yield from rows_of(fields, people, states)


def inner_value(said: Any) -> Any:
    """What a person answered, without the object around it."""
    return said.get("value") if isinstance(said, dict) and "value" in said else said


def rows_of(fields: dict[str, Any], people: dict[str, dict[str, Any]], states: dict[str, str]) -> Iterator[Any]:
    """A row for each submitted response, a left-out one for others; the fields alone where nobody answered."""
    if not people:
        yield dict(fields)
    for who, values in people.items():
        if states.get(who, "").rpartition(".")[2].lower() in SUBMITTED:
            yield {**fields, **values}
        else:
            yield UnsubmittedRow("not_submitted", say("annotations.unfinished"))


def is_flat_record(row: dict[str, Any]) -> bool:
    """Argilla's columns: `answer.responses` beside `answer.responses.status`."""
    return any(key.endswith(".responses") and isinstance(row[key], list) for key in row)


def from_flat_record(record: dict[str, Any], counted: Counter[str]) -> Iterator[Any]:
    """As from_record, of columns."""
    fields = {
        key: cell for key, cell in record.items()
        if ".responses" not in key and ".suggestion" not in key and not isinstance(cell, list | dict)
    }  # fmt: skip
    counted["guess"] += any(cell for key, cell in record.items() if key.endswith(".suggestion"))
    people: dict[str, dict[str, Any]] = {}
    states: dict[str, str] = {}
    for key, answers in record.items():
        if not key.endswith(".responses") or not isinstance(answers, list):
            continue
        users, status = (list_in(record, f"{key}{name}") for name in (".users", ".status"))
        for place, said in enumerate(answers):
            who = str(users[place]) if place < len(users) else str(place)
            people.setdefault(who, {})[key.removesuffix(".responses")] = said
            states[who] = str(status[place]) if place < len(status) else ""
    yield from rows_of(fields, people, states)


def list_in(record: dict[str, Any], key: str) -> list[Any]:
    """The list under this name, or an empty one."""
    found = record.get(key)
    return found if isinstance(found, list) else []


def is_prodigy(row: dict[str, Any]) -> bool:
    """Prodigy's tasks: `answer` says what the annotator did with it."""
    return ("_task_hash" in row or "_input_hash" in row) and row.get("answer") in ("accept", "reject", "ignore")


def from_prodigy(task: dict[str, Any], _: Counter[str]) -> Iterator[Any]:
    """Accepted tasks; the label or choice is the answer."""
    if task.get("answer") in ("reject", "ignore"):
        yield UnsubmittedRow("not_submitted", say("annotations.unfinished"))
        return
    kept = {key: cell for key, cell in task.items() if key[:1] != "_" and key not in ("answer", "options", "accept")}
    chosen = task.get("accept")
    yield {**kept, "answer": ", ".join(map(str, chosen))} if isinstance(chosen, list) else kept
