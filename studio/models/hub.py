"""The only process that talks to the hub: `python -m studio.models.hub`, its order on standard input.

The target folder is complete or absent: files arrive in `TARGET.part`, where an interrupted download goes on with the
files that are not whole yet, and the folder is renamed at the end. A token is in no other process.
"""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.errors import UnusableModel
from studio.models.fetch_process import check_room, part_of, publish, report, run
from studio.models.model_files import SOURCE
from studio.storage.files import sha256_of

HUB_ID = re.compile(r"^[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}$", re.ASCII)
WANTED = ["*.safetensors", "*.safetensors.index.json", "*.json", "*.jinja", "*.txt", "*.model", "LICENSE*", "README.md"]
SPARE = 1.05  # of what the hub announces


def fetch(order: dict[str, Any]) -> None:
    """Make the folder `target` of the hub model `model` at `revision` ("" for the newest), let in by `token`."""
    from huggingface_hub import HfApi, snapshot_download

    model, revision, target = order["model"], order.get("revision") or None, Path(order["target"])
    token = order.get("token") or None
    if not HUB_ID.match(model) or ".." in model:
        raise UnusableModel(say("fetch.no_hub_id", model=model[:80]), hint=say("fetch.no_hub_id_next"))
    part = part_of(target)
    whole = part / "model"
    with refusals_in_words(model, revision):
        facts = HfApi(token=token).model_info(model, revision=revision, files_metadata=True)
    files = {f.rfilename: f for f in facts.siblings or [] if wanted(f.rfilename)}
    if not any(name.endswith(".safetensors") for name in files):
        raise UnusableModel(say("fetch.no_weights", model=model), hint=say("fetch.no_weights_next"))
    sweep(whole)
    size = sum(f.size or 0 for f in files.values())
    here = sum(path.stat().st_size for path in whole.rglob("*") if path.is_file())
    check_room(target.parent, int(size * SPARE) - here, model)
    report(stage="download", total=size)
    with refusals_in_words(model, revision):
        snapshot_download(model, revision=facts.sha, local_dir=whole, allow_patterns=WANTED, token=token)
    sums: dict[str, str] = {}
    for name, file in files.items():
        sums[name] = check(whole / name, file, model)
    (whole / SOURCE).write_text(json.dumps({"id": model, "revision": facts.sha, "sha256": sums}), encoding="utf-8")
    shutil.rmtree(whole / ".cache", ignore_errors=True)
    publish(whole, target)


def wanted(name: str) -> bool:
    """Whether a file of the hub's belongs to what is fetched."""
    from fnmatch import fnmatch

    return any(fnmatch(name, pattern) for pattern in WANTED)


def sweep(folder: Path) -> None:
    """Halves of files that an ended process left: the hub's library begins each of them anew under another name."""
    for orphan in folder.rglob("*.incomplete"):
        orphan.unlink()


def check(path: Path, announced: Any, model: str) -> str:
    """The checksum of a file that is as the hub announced it; else it is thrown away, and UnusableModel says so."""
    found = sha256_of(path)
    sha256 = getattr(announced.lfs, "sha256", "") if announced.lfs else ""
    if (announced.size is not None and path.stat().st_size != announced.size) or (sha256 and found != sha256):
        path.unlink()
        raise UnusableModel(say("fetch.hub_hash", file=path.name), hint=say("fetch.hub_hash_next", model=model))
    return found


@contextmanager
def refusals_in_words(model: str, revision: str | None) -> Iterator[None]:
    """What the hub and the way to it refuse, as a sentence each."""
    import httpx2
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    def no(key: str, where: str = "", **more: object) -> UnusableModel:
        hint = say(f"fetch.{key}_next", model=model)
        return UnusableModel(say(f"fetch.{key}", model=model, **more), hint=hint, where=where)

    try:
        yield
    except GatedRepoError as error:
        raise no("gated_refused" if error.response.status_code == 403 else "gated", where="token") from None
    except RevisionNotFoundError:
        raise no("no_revision", revision=(revision or "")[:60]) from None
    except RepositoryNotFoundError as error:
        raise no("hub_401" if error.response.status_code == 401 else "no_repository") from None
    except HfHubHTTPError as error:
        status = error.response.status_code if error.response is not None else 0
        raise no(
            {401: "hub_401", 403: "hub_403", 404: "no_repository"}.get(status, "hub_failed"), status=status
        ) from None
    except (httpx2.HTTPError, LocalEntryNotFoundError) as error:
        told = f"{error} {error.__cause__ or ''}"
        raise no("hub_certificate" if "CERTIFICATE" in told.upper() else "hub_unreachable") from None
    except OSError as error:
        if "onsistency check failed" in str(error):  # too few or too many bytes
            raise no("hub_cut") from None
        raise


if __name__ == "__main__":
    run(fetch)
