"""The command that tells what fills the disk."""

import shutil
from typing import Any

from studio.cli.opening import open_studio
from studio.cli.options import Json, Where
from studio.cli.output import print_result
from studio.copy.catalog import say


def disk(home: Where = None, as_json: Json = False) -> None:
    """What each project and person takes."""
    from studio.storage.folder_size import size_of

    studio = open_studio(home)
    place, named = studio.home.path, studio.accounts.name_of
    answer: dict[str, Any] = {
        "projects": [
            {"project": one.id, "title": one.title, "owner": named(one.owner), "bytes": one.bytes,
             "held_bytes": one.held} for one in studio.quota.projects()
        ],
        "people": [
            {"person": one.owner, "name": named(one.owner), "bytes": one.bytes, "held_bytes": one.held}
            for one in studio.quota.people()
        ],
        "limit_bytes": studio.quota.limit_bytes, "models_bytes": size_of(studio.home.models),
        "trash_bytes": size_of(place / "trash"), "uploads_bytes": size_of(studio.home.uploads),
        "free_bytes": shutil.disk_usage(place).free,
    }  # fmt: skip
    print_result(answer, as_json, in_words)


def in_words(answer: dict[str, Any]) -> str:
    """A line for each project, each person, and the rest."""
    limit = say("quota.limit", limit=answer["limit_bytes"] / 1e9) if answer["limit_bytes"] else ""

    def held(one: dict[str, Any]) -> str:
        return say("quota.held", held=one["held_bytes"] / 1e9) if one["held_bytes"] else ""

    return "\n".join([
        *(say("quota.project", size=one["bytes"] / 1e9, title=one["title"], owner=one["owner"], held=held(one))
          for one in answer["projects"]),
        *(say("quota.person", size=one["bytes"] / 1e9, owner=one["name"], held=held(one), limit=limit)
          for one in answer["people"]),
        say("quota.rest", models=answer["models_bytes"] / 1e9, trash=answer["trash_bytes"] / 1e9,
            free=answer["free_bytes"] / 1e9),
    ])  # fmt: skip
