"""The one description of a training run: starting model, method and knobs.

The form, the `--set` options, the JSON and the checks are all derived from this type; knobs bear the names that TRL,
PEFT and transformers give them. `title` is the interface word, `description` the help, bounds are the checks.
"""

from typing import Any, Literal

from pydantic import Field, ValidationError

from studio.errors import WrongSetting
from studio.schemas.base import Record

Method = Literal["lora", "rslora", "dora", "qlora", "full", "last_layers"]
ADAPTERS = ("lora", "rslora", "dora", "qlora")  # the methods that leave the starting model as it is
Schedule = Literal["linear", "cosine", "constant", "constant_with_warmup"]
Optimizer = Literal["adamw_torch", "adamw_torch_fused", "adafactor", "sgd"]
Precision = Literal["auto", "float32", "bfloat16"]


def knob(default: Any, title: str, description: str, *, advanced: bool = True, **bounds: Any) -> Any:
    """A Recipe field: the interface word, a sentence of help, and its bounds."""
    return Field(default, title=title, description=description, json_schema_extra={"advanced": advanced}, **bounds)


class Recipe(Record):
    """A frozen recipe. Bounds fail at construction; `problems` holds the rules between fields."""

    base_model: str = knob(
        "starter", "Starting model", "A name from the list, a folder on this computer, or a hub id.",
        advanced=False, min_length=1, max_length=4096,
    )  # fmt: skip
    revision: str = knob("", "Model revision", "Which version of a hub model; empty takes the pinned one.",
                         max_length=64, pattern=r"^[\w.\-/]*$")  # fmt: skip
    instructions: str = knob(
        "", "Instructions for every chat",
        "Said to the model before every question, while it learns and when it is used.",
        advanced=False, max_length=8000,
    )  # fmt: skip
    method: Method = knob(
        "lora", "Method",
        "LoRA adds a small layer and leaves the starting model as it is. QLoRA does so in a quarter of the memory.",
    )  # fmt: skip
    r: int = knob(16, "How much it can change (rank r)", "Room for new behaviour; 8 to 32 suits most work.",
                  ge=1, le=256)  # fmt: skip
    lora_alpha: float = knob(32, "Strength of the change (alpha)", "Usually twice the rank.", gt=0, le=1024)
    lora_dropout: float = knob(0.0, "Dropout", "Share of the change that is left out at random while learning.",
                               ge=0, lt=1)  # fmt: skip
    target_modules: str = knob(
        "all-linear", "Layers that change", "all-linear, or layer names with commas, such as q_proj,v_proj.",
        pattern=r"^(all-linear|[A-Za-z_][\w]*(,[A-Za-z_][\w]*)*)$", max_length=500,
    )  # fmt: skip
    trained_layers: int = knob(2, "Last layers that change", "Only for the method 'last layers'.", ge=1, le=200)
    learning_rate: float = knob(2e-4, "How boldly it learns (learning rate)",
                                "Too bold forgets, too timid learns nothing.", gt=0, le=1)  # fmt: skip
    lr_scheduler_type: Schedule = knob("cosine", "How boldness fades (schedule)", "Most work ends gently.")
    warmup_steps: float = knob(0.05, "Gentle start (warm-up)", "Below 1: share of all steps; else a number of steps.",
                               ge=0, le=100_000)  # fmt: skip
    num_train_epochs: float = knob(3, "Times through the examples (epochs)", "How often each example is seen.",
                                   advanced=False, gt=0, le=1000)  # fmt: skip
    max_steps: int = knob(-1, "Steps at most", "-1 lets the times through the examples decide.", ge=-1, le=10_000_000)
    per_device_train_batch_size: int = knob(8, "Examples at once (batch)", "More is steadier and needs more memory.",
                                            ge=1, le=1024)  # fmt: skip
    gradient_accumulation_steps: int = knob(1, "Batches per step", "Gathers several batches into one step.",
                                            ge=1, le=1024)  # fmt: skip
    max_length: int = knob(512, "Longest example it reads (pieces of words)", "Longer ones lose their ending.",
                           ge=8, le=1_048_576)  # fmt: skip
    packing: bool = knob(
        False, "Pack short examples together",
        "Several short ones share one place of the batch, up to the longest example: fewer, fuller steps.",
    )  # fmt: skip
    general_share: float = knob(
        0.0, "General examples mixed in", "Share of all rows, 0 to 0.5: simple questions of the studio's own, against "
        "forgetting.", ge=0, le=0.5,
    )  # fmt: skip
    weight_decay: float = knob(0.0, "Pull towards small changes (weight decay)", "0 to 0.1.", ge=0, le=1)
    max_grad_norm: float = knob(1.0, "Largest single change (gradient clipping)", "Keeps one odd example in check.",
                                gt=0, le=1000)  # fmt: skip
    optim: Optimizer = knob("adamw_torch", "Optimizer", "AdamW suits nearly all work.")
    precision: Precision = knob("auto", "Number format (precision)", "auto measures what is fast here.")
    gradient_checkpointing: bool = knob(False, "Save memory, work longer", "Recomputes instead of remembering.")
    eval_steps: int = knob(0, "Practice check every … steps", "0: about ten times in the run.", ge=0, le=1_000_000)
    save_steps: int = knob(0, "Save every … steps", "0: with every practice check.", ge=0, le=1_000_000)
    logging_steps: int = knob(1, "Note progress every … steps", "1 shows every step.", ge=1, le=100_000)
    save_total_limit: int = knob(3, "Saved points kept", "The best one is always kept.", ge=2, le=1000)
    early_stopping_patience: int = knob(
        0, "Stop after … worse practice checks in a row", "0: never stops early; the best version is kept anyway.",
        ge=0, le=1000,
    )  # fmt: skip
    seed: int = knob(42, "Same start each time (seed)", "The same number gives the same run.", ge=0, le=2**32 - 1)

    def problems(self) -> list[str]:
        """Rules between fields, as sentences a person can act on; empty when the recipe can work."""
        sentences = []
        if self.max_steps == 0:
            sentences.append("Steps at most is 0, so nothing would be learned. Use -1 or a number above 0.")
        if self.max_steps > 0 and self.warmup_steps >= 1 and self.warmup_steps > self.max_steps:
            sentences.append(f"The gentle start takes {self.warmup_steps:g} steps, but the run has {self.max_steps}.")
        if self.method in ADAPTERS and self.packing and self.per_device_train_batch_size > 64:
            sentences.append("Packed batches above 64 examples rarely fit in memory. Use 64 or fewer.")
        return sentences

    def can_be_shared(self, processes: int) -> bool:
        """Whether so many processes can each take the same part of every optimizer step."""
        return not (self.gradient_accumulation_steps % processes and self.per_device_train_batch_size % processes)

    def warnings(self) -> dict[str, str]:
        """Unusual but allowed values, explained beside the field: field name to sentence."""
        warnings_by_field: dict[str, str] = {}
        if self.learning_rate > 1e-2:
            warnings_by_field["learning_rate"] = "Very bold: above 0.01 most models forget what they knew."
        elif self.learning_rate < 1e-6:
            warnings_by_field["learning_rate"] = "Very timid: below 0.000001 nothing visible is learned."
        if self.num_train_epochs > 20:
            warnings_by_field["num_train_epochs"] = (
                "More than 20 times through the examples: it will learn them by heart."
            )
        if self.lora_alpha > 4 * self.r or self.lora_alpha < self.r / 4:
            warnings_by_field["lora_alpha"] = "Far from the rank: usual is once or twice the rank."
        if self.r > 64:
            warnings_by_field["r"] = "A high rank needs more memory and rarely answers better."
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
        return f"There is no setting called “{name[:60]}”."
    shown = repr(value) if not isinstance(value, str) else f"“{value[:60]}”"
    return f"{field.title}: {shown[:80]} cannot be used."


def allowed(name: str) -> str:
    """The range or the choices of a field, in words."""
    field = Recipe.model_fields.get(name)
    if field is None:
        return "See `studio train --knobs` for the settings there are."
    schema = Recipe.model_json_schema()["properties"][name]
    if "enum" in schema:
        return "Use one of: " + ", ".join(map(str, schema["enum"])) + "."
    kind = {"integer": "a whole number", "number": "a number", "boolean": "true or false", "string": "text"}
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    sentence = f"Use {kind.get(schema.get('type', ''), 'a value')}"
    if low is not None:
        sentence += f" {'above' if 'exclusiveMinimum' in schema else 'from'} {low:g}"
    if high is not None:
        sentence += f" {'below' if 'exclusiveMaximum' in schema else 'to'} {high:g}"
    if "maxLength" in schema:
        sentence += f" of at most {schema['maxLength']} characters"
    return sentence + "."


def knob_table() -> list[dict[str, Any]]:
    """Every knob as `--set` takes it."""
    return [
        {"name": name, "default": field.default, "title": field.title, "description": field.description,
         "allowed": allowed(name)}
        for name, field in Recipe.model_fields.items()
    ]  # fmt: skip
