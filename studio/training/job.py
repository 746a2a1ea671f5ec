"""One training run: load the model, tokenize the rows, train, and publish the best checkpoint.

Imported late: this module imports the heavy libraries.
"""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import torch
import transformers

from studio.copy.catalog import say
from studio.errors import RunFailed
from studio.evaluation.learning_verdict import not_better
from studio.models.chat_template import load_chat_template
from studio.models.context_length import context_length_of_folder
from studio.models.devices import OtherLoad, precision_of, why_not_four_bits
from studio.models.model_files import sha256_of_folder
from studio.schemas.fallback import Fallback
from studio.schemas.recipe import ADAPTERS, Recipe
from studio.schemas.run import Activity, AnswerComparison, RunResult, RunSpec, Status
from studio.storage.checkpoints import Checkpoint, Checkpoints, publish, recover
from studio.storage.files import write_json
from studio.storage.run_folder import RunFolder
from studio.training.answers.answer_check import AnswerCheck
from studio.training.answers.live_answers import LiveAnswers
from studio.training.answers.trained_model_answers import TrainedModelAnswers
from studio.training.callback import ProgressCallback
from studio.training.forecast import nothing_left
from studio.training.losses import collate_flattened
from studio.training.memory import hold_little
from studio.training.methods import freeze_all_but_last
from studio.training.token_cache import kept_rows
from studio.training.tokenization import TokenizedExample, general_rows, make_rows
from studio.training.train import StepLock, chosen_best_or_newest, disk_full, named_base
from studio.training.trainer import RunPlan, StudioSFTTrainer

WORDS_OF_0_2 = ("side_by_side", "end_to_end")  # padded or flattened batches, as machine.json has always called them


class RunRows(NamedTuple):
    """The frozen examples as a model reads them, and how many of the person's own rows that took."""

    layout: Any  # a chat template, or the layout of a label model
    train: Sequence[Any]
    validation: Sequence[Any]
    learned: int
    general: int = 0
    cut: int = 0
    left_out: int = 0
    replayed: Sequence[TokenizedExample] = ()
    replay_checked: Sequence[TokenizedExample] = ()


class Asked(Protocol):
    """Whoever answered the live questions."""

    seconds: float


class TrainingJob:
    """Everything between a locked run folder and its `RunResult`, for a model that writes."""

    def __init__(self, folder: RunFolder, should_stop: Callable[[], bool], step_lock: StepLock) -> None:
        self.folder, self.should_stop, self.step_lock = folder, should_stop, step_lock
        self.spec: RunSpec = folder.spec
        self.recipe = self.spec.recipe
        self.checkpoints = Checkpoints(folder.checkpoints)
        self.model_folder = Path(self.spec.model_folder)
        self.world, self.rank = (int(os.environ.get(name, usual)) for name, usual in (("WORLD_SIZE", 1), ("RANK", 0)))

    def run(self) -> RunResult:
        """Train to the end, to a stop, or to an error; the best checkpoint is published in each case.

        Raises RunFailed for what a person can mend."""
        join_processes(self.world)
        rows = self.read_rows(self.model_sha256())
        model = self.load(rows)
        plan = self.plan(model, rows)
        checkpoint = self.go_on_from()
        before: dict[str, Any] = checkpoint.manifest["run"] if checkpoint else {}
        progress = ProgressCallback(
            self.folder, self.recipe, plan.steps, self.choices(rows), self.step_lock, self.should_stop, before
        )
        trainer = self.trainer(model, plan, progress)
        trainer.args.eval_on_start = checkpoint is None
        self.note(plan, trainer)
        if plan.rank == 0:  # known from now on: whoever watches is told of how many steps
            self.folder.write_state(self.folder.state.model_copy(update={"total_steps": plan.steps}))
        live = self.ask_live(progress, trainer)
        others = OtherLoad()
        try:
            trainer.train(resume_from_checkpoint=str(checkpoint.path) if checkpoint else None)
        except RunFailed:
            self.put_in_place(trainer)
            raise
        finally:
            progress.release()
        status = Status.STOPPED if progress.stopped and trainer.state.global_step < plan.steps else Status.DONE
        compared = self.compare_answers(trainer) if status is Status.DONE else None
        best = self.put_in_place(trainer)
        return RunResult(
            status=status,
            steps=trainer.state.global_step,
            train_loss=progress.train_loss,
            eval_loss=trainer.state.best_metric,
            best_step=trainer.state.best_global_step or best,
            adapter=str(self.folder.adapter) if best is not None else "",
            elapsed_seconds=round(progress.clock.elapsed, 3),
            tokens_per_second=progress.speed and round(progress.speed, 1),
            answering_seconds=round((live.seconds if live else 0.0) + (compared.seconds if compared else 0.0), 3),
            free=round(others.free(), 2) if plan.world == 1 else 1.0,
            rows_learned=rows.learned,
            rows_general=rows.general,
            rows_replayed=len(rows.replayed),
            rows_cut=rows.cut,
            rows_left_out=rows.left_out,
            reason=self.ended_because(progress, status, compared),
            fallbacks=tuple(self.folder.fallbacks),
            compared=compared,
        )

    # What differs with what is taught

    def read_rows(self, model_sha256: str) -> RunRows:
        """The person's examples, general ones, those of the validation part; RunFailed when nothing is left."""
        chat_template = load_chat_template(self.model_folder).with_instructions(self.recipe.instructions)
        context = context_length_of_folder(self.model_folder)
        length = min(self.recipe.max_length, context)
        rows = kept_rows(self.folder.path, chat_template, model_sha256, self.folder.train, length)
        if not rows.rows:
            raise RunFailed(nothing_left(rows, length, context), where="max_length")
        general = general_rows(chat_template, self.folder.general, length)
        checked = make_rows(chat_template, self.folder.validation, length).rows
        return RunRows(chat_template, [*rows.rows, *general], checked, learned=len(rows.rows), general=len(general),
                       cut=len(rows.cut), left_out=len(rows.left_out))  # fmt: skip

    def load(self, rows: RunRows) -> Any:
        """The starting model, or the version that it goes on from."""
        model = load_model(self.model_folder, self.recipe)
        return with_version(model, self.folder.start) if self.folder.start.is_dir() else model

    def choices(self, rows: RunRows) -> int:
        """Among how many things a blind guess chooses."""
        return len(rows.layout.tokenizer)

    def trainer(self, model: Any, plan: RunPlan[Any, Any], progress: ProgressCallback) -> Any:
        """What teaches it."""
        return StudioSFTTrainer(model, plan, progress)

    def ask_live(self, progress: ProgressCallback, trainer: Any) -> Asked | None:
        """The starting model answers the live questions, and every checkpoint will. Before anything is learned."""
        if self.rank > 0 or not self.folder.questions:
            return None
        live = LiveAnswers(self.folder, trainer, self.answers_of(trainer))
        progress.now_does(Activity.ASKING)
        live.ask_first()
        progress.after_saving = live.ask
        progress.thin = self.recipe.method in ADAPTERS
        return live

    def answers_of(self, trainer: Any) -> TrainedModelAnswers:
        """What the model says while it is taught."""
        context = context_length_of_folder(self.model_folder)
        return TrainedModelAnswers(self.folder, trainer, trainer.plan.layout, context)

    def compare_answers(self, trainer: Any) -> AnswerComparison | None:
        """After the last step: where another saved point had fewer mistakes, whose answers are nearer to the expert's.
        The last one is kept where its own are. Not asked where a person chose a version, where several
        processes teach, and where a whole model would have to be loaded anew."""
        state, points = trainer.state, {point.step: point for point in self.checkpoints.all()}
        best, last = state.best_global_step or 0, state.global_step
        is_asked = self.world == 1 and self.recipe.method in ADAPTERS and not self.folder.chosen_step
        if not is_asked or best == last or not {best, last} <= points.keys():
            return None
        trainer.progress.now_does(Activity.CHECKING)
        check = AnswerCheck(self.answers_of(trainer), self.folder.validation, self.should_stop)
        compared = check.compare(best, points[best].path, last)
        if compared is not None and compared.keeps_last:
            checks = {line["step"]: line["eval_loss"] for line in state.log_history if "eval_loss" in line}
            state.best_global_step, state.best_metric = last, checks.get(last, state.best_metric)
        return compared

    def laid_out(self, trainer: Any) -> dict[str, Any]:
        """Which shortcuts were taken, for the record."""
        return {
            "lean_loss": trainer.uses_fused_loss,
            "rows_laid_out": WORDS_OF_0_2[trainer.collate is collate_flattened],
        }

    # What is the same

    def model_sha256(self) -> str:
        """Of the starting model; RunFailed when it is not the one that the run was prepared with."""
        if not self.model_folder.is_dir():
            raise RunFailed(
                say("job.folder_starting_model_gone"),
                hint=say("job.put_back_resume_run"),
                where=str(self.model_folder),
            )
        mark = sha256_of_folder(self.model_folder)
        if self.spec.model_sha256 and self.spec.model_sha256 != mark:
            raise RunFailed(
                say("job.starting_model_has_changed"),
                hint=say("job.put_old_files_back"),
                where=str(self.model_folder),
            )
        return mark

    def plan(self, model: Any, rows: RunRows) -> RunPlan[Any, Any]:
        """What the trainer works by."""
        plan: RunPlan[Any, Any] = RunPlan(
            recipe=self.recipe,
            layout=rows.layout,
            train=rows.train,
            validation=rows.validation,
            saved=self.folder.checkpoints,
            dtype=precision_of(self.recipe.precision, model.num_parameters()),
            base=named_base(self.spec)[0],
            revision=named_base(self.spec)[1],
            world=self.world,
            rank=self.rank,
            replayed=rows.replayed,
            replay_checked=rows.replay_checked,
        )
        if not self.recipe.can_be_shared(self.world):
            raise RunFailed(
                say("job.batch_cannot_be_shared", world=self.world),
                hint=say("job.make_examples_at_once", world=self.world),
                where="per_device_train_batch_size",
            )
        return plan

    def ended_because(self, progress: ProgressCallback, status: Status, compared: AnswerComparison | None) -> str:
        """Nothing for a run that came to its end."""
        if status is Status.STOPPED and (chosen := self.folder.chosen):
            return say("job.run_was_stopped_chose", by=chosen.by, step=chosen.step)
        if status is Status.STOPPED:
            return say("job.run_was_stopped" if self._is_not_better() else "job.run_was_stopped_best")
        if progress.early:
            other = self._is_not_better() or (compared is not None and compared.keeps_last)
            key = "ended_early_not_better" if other else "ended_early_practice_checks"
            return say(f"job.{key}", count=self.recipe.early_stopping_patience)
        return ""

    def _is_not_better(self) -> bool:
        """Whether no saved point is better than what it began with: then nobody is told that the best one is kept."""
        return not_better(self.folder.metrics()) is not None

    def go_on_from(self) -> Checkpoint | None:
        """The newest whole point; newer broken ones are passed over with a word in the curve."""
        if self.rank == 0:
            self.checkpoints.sweep()
            recover(self.folder.adapter)
            checkpoint, broken = self.checkpoints.newest_whole()
            step = checkpoint.step if checkpoint else -1
            self.checkpoints.forget_after(step)
            if checkpoint is not None or self.folder.metrics():
                self.folder.go_on_from(step, **({"passed_over": broken} if broken else {}))
            if broken:
                self.folder.fell_back(Fallback.POINT_PASSED_OVER)
        if self.world > 1:
            torch.distributed.barrier()
        return self.checkpoints.newest_whole()[0]

    def note(self, plan: RunPlan[Any, Any], trainer: Any) -> None:
        """On what and how it was calculated: part of repeating it."""
        if self.rank > 0:
            return
        self.folder.fell_back(*trainer.fallbacks)
        write_json(
            self.folder.path / "machine.json",
            {
                "device": str(trainer.args.device),
                "precision": str(plan.dtype).removeprefix("torch."),
                "threads": torch.get_num_threads(),
                "processes": plan.world,
                **self.laid_out(trainer),
                "torch": torch.__version__,
                "transformers": transformers.__version__,
            },
        )

    def put_in_place(self, trainer: Any) -> int | None:
        """The version that she chose, else the best one, becomes the person's; its step."""
        if trainer.plan.rank > 0:
            return None
        checkpoint = chosen_best_or_newest(self.checkpoints, self.folder.chosen_step, trainer.state.best_global_step)
        if checkpoint is None:
            return None
        if shutil.disk_usage(self.folder.path).free < 2 * checkpoint.size_bytes:
            raise disk_full(self.folder, checkpoint.size_bytes)
        trainer.progress.now_does(Activity.PUBLISHING)
        publish(checkpoint, self.folder.adapter, trainer.plan.layout.save_whole)
        return checkpoint.step


def join_processes(world: int) -> None:
    """Started by `torchrun` or a cluster, the processes of one run find each other."""
    if world > 1:
        from accelerate import PartialState  # type: ignore[import-untyped]

        PartialState(cpu=not torch.cuda.is_available(), backend=None if torch.cuda.is_available() else "gloo")


def load_model(folder: Path, recipe: Recipe, kind: Any = transformers.AutoModelForCausalLM, **more: Any) -> Any:
    """The starting model in float32 (bfloat16 on an accelerator when it stays frozen, unless float32 was asked for).

    `kind` says with which head, and `more` what that head wants to know."""
    if recipe.method == "qlora" and (why := why_not_four_bits()):
        raise RunFailed(why, where="method")
    narrow = recipe.method in ADAPTERS and recipe.precision != "float32" and torch.cuda.is_available()
    dtype = torch.bfloat16 if narrow else torch.float32
    hold_little()
    transformers.logging.disable_progress_bar()
    try:
        model = kind.from_pretrained(
            str(folder), dtype=dtype, trust_remote_code=False, use_safetensors=True, local_files_only=True,
            quantization_config=four_bits() if recipe.method == "qlora" else None, **more,
        )  # fmt: skip
    except (FileNotFoundError, ValueError) as error:
        raise RunFailed(
            say("job.starting_model_cannot_be"),
            hint=say("job.check_folder", error=str(error)[:200]),
            where=str(folder),
        ) from None
    model.config.use_cache = False
    keep_savable(model)
    if recipe.method == "last_layers":
        freeze_all_but_last(model, recipe.trained_layers)
    return model


def with_version(model: Any, version: Path) -> Any:
    """The model with a version's adapter on it, which learns on."""
    from peft import PeftModel

    if not (version / "adapter_config.json").is_file():
        raise RunFailed(say("job.cannot_go_on_whole"), hint=say("job.cannot_go_on_whole_next"), where=str(version))
    return PeftModel.from_pretrained(model, str(version), is_trainable=True)


def keep_savable(model: Any) -> None:
    """Leave out how to generate where it contradicts itself (`temperature` without `do_sample`): transformers loads
    such settings with a warning and refuses to save them, which would be at the first checkpoint."""
    settings = getattr(model, "generation_config", None)
    try:
        if settings is not None:
            settings.validate(strict=True)
    except ValueError:
        ids = {name: getattr(settings, name) for name in ("bos_token_id", "eos_token_id", "pad_token_id")}
        model.generation_config = transformers.GenerationConfig(**ids)


def four_bits() -> Any:
    """As the makers of QLoRA hold a frozen model: floats of four bits, their scales quantised too, sums in bfloat16."""
    return transformers.BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )  # fmt: skip
