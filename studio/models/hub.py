"""The only process that talks to the hub: `python -m studio.models.hub ID REVISION TARGET`.

Prints progress lines, and as its last line a sentence for the person when it fails. The target folder is complete or
absent: files arrive in `TARGET.part`, where an interrupted download goes on, and the folder is renamed at the end.
"""

import json
import re
import shutil
import sys
from pathlib import Path

HUB_ID = re.compile(r"^[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}$", re.ASCII)
WANTED = ["*.safetensors", "*.safetensors.index.json", "*.json", "*.jinja", "*.txt", "*.model", "LICENSE*", "README.md"]


def download(model: str, revision: str, target: Path) -> str:
    """An empty text when the folder is there; otherwise what went wrong and what to do, in a sentence."""
    import httpx2
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError, RevisionNotFoundError

    if not HUB_ID.match(model) or ".." in model:
        return f"“{model[:80]}” is not a hub id: it looks like owner/name."
    part = target.with_name(target.name + ".part")
    try:
        facts = HfApi().model_info(model, revision=revision or None, files_metadata=True)
        size = sum(f.size or 0 for f in facts.siblings or [] if f.rfilename.endswith(".safetensors"))
        free = shutil.disk_usage(target.parent).free
        if size == 0:
            return f"“{model}” has no weights in safetensors format, so it cannot be used."
        if size * 1.2 > free:
            return f"“{model}” needs {size / 1e9:.1f} GB on disk; {free / 1e9:.1f} GB are free."
        print(f"{size} bytes, revision {facts.sha}", flush=True)
        snapshot_download(model, revision=facts.sha, local_dir=part, allow_patterns=WANTED)
    except GatedRepoError:
        return f"“{model}” is gated: its owner must let you in first. Ask on its hub page, then sign in there."
    except RevisionNotFoundError:
        return f"“{model}” has no revision “{revision[:60]}”."
    except RepositoryNotFoundError:
        return f"There is no model “{model}” on the hub, or it is private."
    except (HfHubHTTPError, httpx2.HTTPError, OSError) as error:
        return f"The hub could not be reached or broke off ({type(error).__name__}); what arrived is kept."
    (part / "studio_source.json").write_text(json.dumps({"id": model, "revision": facts.sha}), encoding="utf-8")
    shutil.rmtree(part / ".cache", ignore_errors=True)
    part.rename(target)
    return ""


def main() -> int:
    """Exit status 0 when the folder is whole; 1 with a sentence as the last line."""
    model, revision, target = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    sentence = download(model, revision, target)
    if sentence:
        print(sentence, flush=True)
    return 1 if sentence else 0


if __name__ == "__main__":
    sys.exit(main())
