"""Models that lie on this computer already: in the studio's own folder, in the Hugging Face cache, in the stores of
Ollama and LM Studio, and wherever a person named one. Nothing is opened but headers and small files."""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import UnusableModel
from studio.models.folder_facts import facts_of_folder
from studio.models.gguf.gguf_header import parse_header, read_header
from studio.models.model_files import stamp, task_of_folder
from studio.schemas.model import ModelEntry

MOST = 200  # of each place
DEPTH = 4  # folders below one that was named
MANIFEST_BYTES = 2**20
MODEL_LAYER = "application/vnd.ollama.image.model"
EXTRA_LAYERS = ("application/vnd.ollama.image.adapter", "application/vnd.ollama.image.projector")


@dataclass(frozen=True)
class Places:
    """Where models are looked for."""

    own: Path
    hub_cache: Path
    ollama: tuple[Path, ...]
    lm_studio: tuple[Path, ...]


@dataclass(frozen=True)
class Candidate:
    """A folder or a single GGUF that may hold a model; `id` is what a recipe would call it."""

    path: Path
    source: str
    id: str
    title: str


def places_here(own: Path, environ: Mapping[str, str] = os.environ) -> Places:
    """The usual places, as each program's own variables set them."""
    user = Path(environ.get("HOME") or os.path.expanduser("~"))  # stays as it is for an account without a home folder
    hf_home = Path(environ.get("HF_HOME") or Path(environ.get("XDG_CACHE_HOME") or user / ".cache") / "huggingface")
    hub = Path(environ.get("HF_HUB_CACHE") or hf_home / "hub")
    ollama = environ.get("OLLAMA_MODELS")
    stores = (Path(ollama),) if ollama else (user / ".ollama" / "models", Path("/usr/share/ollama/.ollama/models"))
    return Places(own, hub, stores, (user / ".lmstudio" / "models", user / ".cache" / "lm-studio" / "models"))


class FoundModels:
    """Remembers what it read of a path for as long as its files stay the same."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self._read: dict[tuple[str, object], ModelEntry | UnusableModel] = {}

    def find(self, named: Iterable[Path] = ()) -> tuple[list[ModelEntry], list[UnusableModel]]:
        """The models that can be taught, and why each of the others cannot."""
        found: dict[str, ModelEntry] = {}
        refused: dict[str, UnusableModel] = {}
        for candidate in self._candidates(named):
            read = self.entry(candidate)
            if isinstance(read, UnusableModel):
                refused.setdefault(str(candidate.path), read)
            else:
                found.setdefault(read.id, read)
        unpacked = {entry.folder for entry in found.values() if entry.source != "own"}
        kept = [entry for entry in found.values() if entry.source != "own" or entry.folder not in unpacked]
        return kept, list(refused.values())

    def in_place(self, path: Path) -> tuple[list[ModelEntry], list[UnusableModel]]:
        """The same of one folder or file that somebody names."""
        read = [self.entry(candidate) for candidate in below(path, "named")]
        return [one for one in read if isinstance(one, ModelEntry)], [
            one for one in read if isinstance(one, UnusableModel)
        ]

    def entry(self, candidate: Candidate) -> ModelEntry | UnusableModel:
        """As it would stand in the list, or why it does not."""
        path = candidate.path
        seen = stamp(path) if path.is_dir() else stamp_of_file(path)
        target = self.unpacked_of(path) if path.is_file() else path
        key = (f"{candidate.source} {candidate.id} {path}", (seen, target.is_dir()))
        if key not in self._read:
            try:
                self._read[key] = entry_of_file(candidate, target) if path.is_file() else entry_of_folder(candidate)
            except UnusableModel as error:
                self._read[key] = error
        return self._read[key]

    def unpacked_of(self, gguf: Path) -> Path:
        """Where the weights of this compressed file lie once they are unpacked: another file, another folder."""
        seen = f"{os.path.abspath(gguf)} {stamp_of_file(gguf)}"
        name = re.sub(r"[^A-Za-z0-9._]+", "-", gguf.stem)[:60].strip("-.") or "model"
        return self.places.own / f"{name}-{hashlib.sha256(seen.encode()).hexdigest()[:12]}"

    def in_hub_cache(self, model: str, revision: str = "") -> Path | None:
        """The snapshot of a hub model in the Hugging Face cache, if it is there."""
        folder = self.places.hub_cache / f"models--{model.replace('/', '--')}"
        named = folder / "refs" / (revision or "main")
        try:
            commit = named.read_text(encoding="ascii").strip() if named.is_file() else revision
        except (OSError, UnicodeDecodeError):
            return None
        snapshot = folder / "snapshots" / commit
        whole = bool(re.fullmatch(r"[\w.-]{1,80}", commit)) and (snapshot / "config.json").is_file()
        return snapshot if whole else None

    def _candidates(self, named: Iterable[Path]) -> Iterator[Candidate]:
        places = self.places
        for config in sorted(places.own.glob("*/config.json"))[:MOST]:
            owner, parted, name = config.parent.name.partition("--")  # how a model of the hub is kept
            hub_id = f"{owner}/{name}" if parted and "@" not in name else ""
            yield Candidate(config.parent, "own", hub_id or str(config.parent), name if hub_id else config.parent.name)
        for folder in sorted(places.hub_cache.glob("models--*--*"))[:MOST]:
            model = folder.name.removeprefix("models--").replace("--", "/")
            if snapshot := self.in_hub_cache(model):
                yield Candidate(snapshot, "hub cache", model, model)
        for store in places.ollama:
            yield from of_ollama(store)
        for store in places.lm_studio:
            yield from below(store, "LM Studio")
        for path in named:
            yield from below(path, "named")


def stamp_of_file(path: Path) -> tuple[int, int]:
    """Size and time of a file; zeros when it is gone."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_size, found.st_mtime_ns


def below(place: Path, source: str, depth: int = DEPTH) -> Iterator[Candidate]:
    """Model folders and GGUF files in a folder; a file or a model's folder is its own only one."""
    if place.is_file():
        yield Candidate(place, source, str(place), place.stem)
        return
    try:
        entries = sorted(place.iterdir())[:MOST] if place.is_dir() else []
    except OSError:
        return
    if any(entry.name in ("config.json", "adapter_config.json") for entry in entries):
        yield Candidate(place, source, str(place), place.name)
        return
    for entry in entries:
        if entry.suffix == ".gguf" and entry.is_file():
            yield Candidate(entry, source, str(entry), entry.stem)
        elif depth and entry.is_dir() and not entry.is_symlink() and not entry.name.startswith("."):
            yield from below(entry, source, depth - 1)


def of_ollama(store: Path) -> Iterator[Candidate]:
    """The models that Ollama's manifests name, each with its file among the blobs."""
    for manifest in sorted((store / "manifests").glob("*/*/*/*"))[:MOST]:
        try:
            if not manifest.is_file() or manifest.stat().st_size > MANIFEST_BYTES:
                continue
            layers = json.loads(manifest.read_text(encoding="utf-8")).get("layers", [])
            digests = {str(one["mediaType"]): str(one["digest"]) for one in layers}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue  # no manifest; what Ollama cannot use either is not told
        digest = digests.get(MODEL_LAYER, "")
        if not re.fullmatch(r"sha256:[0-9a-f]{64}", digest) or any(extra in digests for extra in EXTRA_LAYERS):
            continue
        owner = manifest.parent.parent.name
        name = f"{manifest.parent.name}:{manifest.name}"
        blob = store / "blobs" / digest.replace(":", "-")
        if blob.is_file():
            yield Candidate(blob, "Ollama", str(blob), name if owner == "library" else f"{owner}/{name}")


def entry_of_file(candidate: Candidate, unpacked: Path) -> ModelEntry:
    """A compressed model; its folder is where it was unpacked to, if it was."""
    header = read_header(candidate.path)
    ready = (unpacked / "config.json").is_file()
    return ModelEntry(
        id=candidate.id, title=f"{candidate.title} ({candidate.source})", source=candidate.source,
        licence=header.text("general.license") or say("found.no_licence"), parameters=header.parameters,
        languages=", ".join(header.texts("general.languages")), folder=str(unpacked) if ready else "",
        gguf=str(candidate.path), note=say("found.compressed", how=header.compression or "GGUF"),
        vocabulary=int(header.facts.get("tokenizer.ggml.tokens", 0) or 0), hidden=header.size_of("embedding_length"),
        layers=header.size_of("block_count"), context=header.size_of("context_length"),
    )  # fmt: skip


def entry_of_folder(candidate: Candidate) -> ModelEntry:
    """A model in the Hugging Face format."""
    facts = facts_of_folder(candidate.path)
    title = candidate.title if candidate.source != "own" or not facts.title else facts.title
    return ModelEntry(
        id=candidate.id, title=title if candidate.source == "own" else f"{title} ({candidate.source})",
        source=candidate.source, licence=facts.licence or say("found.no_licence"), parameters=facts.parameters,
        languages=facts.languages, folder=str(candidate.path), vocabulary=facts.vocabulary, hidden=facts.hidden,
        layers=facts.layers, context=facts.context, task=task_of_folder(candidate.path),
        note=say("found.compressed", how=facts.compressed_as) if facts.compressed_as else "",
    )  # fmt: skip


def gguf_at(path: Path) -> Path | None:
    """The compressed model that a person means by this path: a GGUF, whatever its name, or the only one in a folder.

    UnusableModel when a folder holds several. None for anything else.
    """
    try:
        if path.is_file():
            with path.open("rb") as stream:
                return path if stream.read(4) == b"GGUF" or path.suffix == ".gguf" else None
        if not path.is_dir() or (path / "config.json").exists():
            return None
        files = sorted(path.glob("*.gguf"))[:MOST]
    except OSError:
        return None
    chat = [file for file in files if not is_part_of_another(file)]
    if len(chat) > 1 and not all(re.search(r"-\d{5}-of-\d{5}\.gguf$", file.name) for file in chat):
        raise UnusableModel(say("gguf.several", number=len(chat)), hint=say("gguf.several_next", first=chat[0].name),
                            where=str(path))  # fmt: skip
    return next(iter(chat or files), None)


def is_part_of_another(file: Path) -> bool:
    """Whether this is what a vision model sees with, beside its own weights."""
    try:
        return parse_header(file).text("general.type") == "mmproj" or file.name.startswith("mmproj")
    except UnusableModel:
        return False
