"""The one description of a training run: starting model, method and knobs.

The form, the `--set` options, the JSON and the checks are all derived from this type; knobs bear the names that TRL,
PEFT and transformers give them. `title` is the interface word, `description` the help, bounds are the checks.
"""

from typing import Any, Literal

from pydantic import Field, ValidationError

from studio.copy.catalog import say
from studio.errors import WrongSetting
from studio.schemas.base import Record

Method = Literal["lora", "rslora", "dora", "qlora", "full", "last_layers"]
ADAPTERS = ("lora", "rslora", "dora", "qlora")  # the methods that leave the starting model as it is
Schedule = Literal["linear", "cosine", "constant", "constant_with_warmup"]
Optimizer = Literal["adamw_torch", "adamw_torch_fused", "adafactor", "sgd"]
Precision = Literal["auto", "float32", "bfloat16"]
Task = Literal["answers", "labels"]
LearnFrom = Literal["answers", "preferences", "thumbs"]  # of pairs of replies (DPO), of replies with a thumb (KTO)


def knob(default: Any, *, advanced: bool = True, **bounds: Any) -> Any:
    """A Recipe field with its bounds; its words stand in the catalogue under `knob.<name>`."""
    return Field(default, json_schema_extra={"advanced": advanced}, **bounds)


def title_of(name: str) -> str:
    """The interface's word for a setting, with the technical one."""
    return say(f"knob.{name}.title")


def help_of(name: str) -> str:
    """A sentence about a setting."""
    return say(f"knob.{name}.help")


class Recipe(Record):
    """A frozen recipe. Bounds fail at construction; `problems` holds the rules between fields."""

    base_model: str = knob("starter", advanced=False, min_length=1, max_length=4096)
    revision: str = knob("", max_length=64, pattern=r"^[\w.\-/]*$")
    instructions: str = knob("", advanced=False, max_length=8000)
    task: Task = knob("answers")
    label_separator: str = knob("", max_length=8)
    learn_from: LearnFrom = knob("answers")
    beta: float = knob(0.1, gt=0, le=10)
    replay_share: float = knob(0.0, ge=0, le=0.5)
    method: Method = knob("lora")
    r: int = knob(16, ge=1, le=256)
    lora_alpha: float = knob(32, gt=0, le=1024)
    lora_dropout: float = knob(0.0, ge=0, lt=1)
    target_modules: str = knob("all-linear", pattern=r"^(all-linear|[A-Za-z_][\w]*(,[A-Za-z_][\w]*)*)$", max_length=500)
    trained_layers: int = knob(2, ge=1, le=200)
    learning_rate: float = knob(2e-4, gt=0, le=1)
    loraplus_lr_ratio: float = knob(1.0, ge=1, le=64)
    lr_scheduler_type: Schedule = knob("cosine")
    warmup_steps: float = knob(0.05, ge=0, le=100_000)
    num_train_epochs: float = knob(3, advanced=False, gt=0, le=1000)
    max_steps: int = knob(-1, ge=-1, le=10_000_000)
    per_device_train_batch_size: int = knob(8, ge=1, le=1024)
    gradient_accumulation_steps: int = knob(1, ge=1, le=1024)
    max_length: int = knob(512, ge=8, le=1_048_576)
    packing: bool = knob(False)
    general_share: float = knob(0.0, ge=0, le=0.5)
    weight_decay: float = knob(0.0, ge=0, le=1)
    max_grad_norm: float = knob(1.0, gt=0, le=1000)
    optim: Optimizer = knob("adamw_torch")
    precision: Precision = knob("auto")
    gradient_checkpointing: bool = knob(False)
    eval_steps: int = knob(0, ge=0, le=1_000_000)
    save_steps: int = knob(0, ge=0, le=1_000_000)
    logging_steps: int = knob(1, ge=1, le=100_000)
    save_total_limit: int = knob(3, ge=2, le=1000)
    early_stopping_patience: int = knob(0, ge=0, le=1000)
    seed: int = knob(42, ge=0, le=2**32 - 1)

    def problems(self) -> list[str]:
        """Rules between fields, as sentences a person can act on; empty when the recipe can work."""
        sentences = []
        if self.max_steps == 0:
            sentences.append(say("recipe.steps_at_most_0"))
        if self.max_steps > 0 and self.warmup_steps >= 1 and self.warmup_steps > self.max_steps:
            sentences.append(
                say("recipe.gentle_start_takes_steps", warmup_steps=self.warmup_steps, max_steps=self.max_steps)
            )
        if self.task == "labels":
            sentences += self._problems_of_labels()
        elif self.label_separator:
            sentences.append(say("labels.only_labels_have_a_sign"))
        sentences += self._problems_of_judgements() if self.learn_from != "answers" else []
        if self.loraplus_lr_ratio != 1 and self.method not in ADAPTERS:
            sentences.append(say("recipe.ratio_without_adapter", method=self.method.replace("_", " ")))
        if self.method in ADAPTERS and self.packing and self.per_device_train_batch_size > 64:
            sentences.append(say("recipe.packed_batches_above_64"))
        return sentences

    def _problems_of_labels(self) -> list[str]:
        """What a model that only chooses cannot do anything with."""
        wrong = {
            "no_instructions": self.instructions,
            "no_general_examples": self.general_share,
            "no_packing": self.packing,
            "no_qlora": self.method == "qlora",
            "no_letters_between": any(map(str.isalnum, self.label_separator)),
        }
        return [say(f"labels.{name}") for name, applies in wrong.items() if applies]

    def _problems_of_judgements(self) -> list[str]:
        """What does not go together with learning from what people preferred."""
        wrong = {
            "no_labels": self.task == "labels",
            "adapters_only": self.method not in ADAPTERS,
            "no_packing": self.packing,
            "no_general_examples": self.general_share,
            "thumbs_two_at_once": self.learn_from == "thumbs" and self.per_device_train_batch_size < 2,
        }
        return [say(f"judged.{name}") for name, applies in wrong.items() if applies]

    def replayed_beside(self, judgements: int) -> int:
        """How many taught rows are learned again beside so many judgements."""
        share = self.replay_share
        return max(1, round(judgements * share / (1 - share))) if share else 0

    def can_be_shared(self, processes: int) -> bool:
        """Whether so many processes can each take the same part of every optimizer step."""
        return not (self.gradient_accumulation_steps % processes and self.per_device_train_batch_size % processes)

    def warnings(self) -> dict[str, str]:
        """Unusual but allowed values, explained beside the field: field name to sentence."""
        warnings_by_field: dict[str, str] = {}
        if self.learning_rate > 1e-2:
            warnings_by_field["learning_rate"] = say("recipe.very_bold_above_0")
        elif self.learning_rate < 1e-6:
            warnings_by_field["learning_rate"] = say("recipe.very_timid_below_0")
        if self.num_train_epochs > 20:
            warnings_by_field["num_train_epochs"] = say("recipe.more_than_20_times")
        if self.lora_alpha > 4 * self.r or self.lora_alpha < self.r / 4:
            warnings_by_field["lora_alpha"] = say("recipe.far_from_rank_usual")
        if self.r > 64:
            warnings_by_field["r"] = say("recipe.high_rank_needs_more")
        return warnings_by_field


def recipe_from(values: dict[str, Any], *, strings: bool = False) -> Recipe:
    """A Recipe of these values, or WrongSetting with one sentence about the first field that cannot work.

    `strings=True` reads the command line's `--set name=value` texts; the page and the raw API pass typed values.
    """
    recipe = validated(values, strings=strings)
    problems = recipe.problems()
    if problems:
        raise WrongSetting(problems[0], where="recipe")
    return recipe


def validated(values: dict[str, Any], *, strings: bool = False) -> Recipe:
    """Each value within its own bounds; whether they go together is not asked. WrongSetting names the first that isn't.

    What can be told without a model is told before one is opened.
    """
    try:
        return Recipe.model_validate_strings(values) if strings else Recipe.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        raise WrongSetting(sentence_about(name, first["input"]), hint=allowed(name), where=name) from None


def sentence_about(name: str, value: Any) -> str:
    """What is wrong with this value, in the interface's words."""
    field = Recipe.model_fields.get(name)
    if field is None:
        return say("recipe.there_no_setting_called", name=name[:60])
    shown = repr(value) if not isinstance(value, str) else f"“{value[:60]}”"
    return say("recipe.cannot_be_used", title_of=title_of(name), shown=shown[:80])


def allowed(name: str) -> str:
    """The range or the choices of a field, in words."""
    field = Recipe.model_fields.get(name)
    if field is None:
        return say("recipe.see_studio_train_knobs")
    schema = Recipe.model_json_schema()["properties"][name]
    if "enum" in schema:
        return say("recipe.use_one") + ", ".join(map(str, schema["enum"])) + "."
    kind = {
        "integer": say("recipe.whole_number"),
        "number": say("recipe.number"),
        "boolean": say("recipe.true_or_false"),
        "string": "text",
    }
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    sentence = say("recipe.use", kind=kind.get(schema.get("type", ""), "a value"))
    if low is not None:
        sentence += f" {'above' if 'exclusiveMinimum' in schema else 'from'} {low:g}"
    if high is not None:
        sentence += f" {'below' if 'exclusiveMaximum' in schema else 'to'} {high:g}"
    if "maxLength" in schema:
        sentence += say("recipe.at_most_characters", maxlength=schema["maxLength"])
    return sentence + "."


def knob_table() -> list[dict[str, Any]]:
    """Every knob as `--set` takes it."""
    return [
        {"name": name, "default": field.default, "title": title_of(name), "description": help_of(name),
         "allowed": allowed(name)}
        for name, field in Recipe.model_fields.items()
    ]  # fmt: skip
