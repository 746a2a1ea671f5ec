"""One lesson: the model is loaded, the rows are made, the teacher runs, and the best version is put in place.

Imported late: this module imports the heavy libraries.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import transformers

from studio.errors import RunFailed
from studio.models.chat_template import ChatTemplate, load_chat_template
from studio.models.context_length import context_length_of_folder
from studio.models.devices import precision_of, why_not_four_bits
from studio.models.model_files import sha256_of_folder
from studio.schemas.fallback import Fallback
from studio.schemas.recipe import ADAPTERS, Recipe
from studio.schemas.run import RunResult, RunSpec, Status
from studio.storage.checkpoints import Checkpoint, Checkpoints, publish, recover
from studio.storage.files import write_json
from studio.storage.run_folder import RunFolder
from studio.training.callback import ProgressCallback
from studio.training.forecast import nothing_left
from studio.training.live_answers import LiveAnswers
from studio.training.memory import hold_little
from studio.training.methods import freeze_all_but_last
from studio.training.token_cache import kept_rows
from studio.training.tokenization import TokenizedExample, TokenizedExamples, make_rows
from studio.training.train import Turn, chosen_best_or_newest, disk_full, named_base
from studio.training.trainer import StudioSFTTrainer, TrainerPlan


class TrainingJob:
    """Everything between a locked run folder and its outcome."""

    def __init__(self, folder: RunFolder, should_stop: Callable[[], bool], turn: Turn) -> None:
        self.folder, self.should_stop, self.turn = folder, should_stop, turn
        self.ticket: RunSpec = folder.ticket
        self.recipe = self.ticket.recipe
        self.points = Checkpoints(folder.checkpoints)
        self.model_folder = Path(self.ticket.model_folder)
        self.world, self.rank = (int(os.environ.get(name, usual)) for name, usual in (("WORLD_SIZE", 1), ("RANK", 0)))

    def give(self) -> RunResult:
        """Teach to the end, to a stop, or to an error; what was learned best is in place afterwards in each case."""
        join_processes(self.world)
        layout, rows, general, checked = self.read_rows()
        model = load_model(self.model_folder, self.recipe)
        plan = self.plan(model, layout, [*rows.rows, *general.rows], checked)
        point = self.go_on_from()
        before: dict[str, Any] = point.manifest["run"] if point else {}
        watch = ProgressCallback(
            self.folder, self.recipe, plan.steps, len(layout.tokenizer), self.turn, self.should_stop, before
        )
        teacher = StudioSFTTrainer(model, plan, watch)
        teacher.args.eval_on_start = point is None
        self.note(plan, teacher)
        asked = self.ask_live(watch, teacher, layout)
        try:
            teacher.train(resume_from_checkpoint=str(point.path) if point else None)
        except RunFailed:
            self.put_in_place(teacher)
            raise
        finally:
            watch.release()
        best = self.put_in_place(teacher)
        status = Status.STOPPED if watch.stopped and teacher.state.global_step < plan.steps else Status.DONE
        return RunResult(
            status=status,
            steps=teacher.state.global_step,
            train_loss=watch.train_loss,
            eval_loss=teacher.state.best_metric,
            best_step=teacher.state.best_global_step or best,
            adapter=str(self.folder.adapter) if best is not None else "",
            elapsed_seconds=round(watch.clock.elapsed, 3),
            tokens_per_second=watch.speed and round(watch.speed, 1),
            answering_seconds=round(asked.seconds, 3) if asked else 0.0,
            rows_learned=len(rows.rows),
            rows_general=len(general.rows),
            rows_cut=len(rows.cut),
            rows_left_out=len(rows.left_out),
            reason=self.ended_because(watch, status),
            fallbacks=tuple(self.folder.fallbacks),
        )

    def ask_live(self, watch: ProgressCallback, teacher: StudioSFTTrainer, layout: ChatTemplate) -> LiveAnswers | None:
        """The starting model answers the live questions, and every saved point will. Before anything is learned."""
        if self.rank > 0 or not self.folder.questions:
            return None
        asked = LiveAnswers(self.folder, teacher, layout, context_length_of_folder(self.model_folder))
        asked.ask_first()
        watch.after_saving = asked.ask
        watch.thin = self.recipe.method in ADAPTERS
        return asked

    def ended_because(self, watch: ProgressCallback, status: Status) -> str:
        """Nothing for a run that came to its end."""
        if status is Status.STOPPED and (chosen := self.folder.chosen):
            return f"The run was stopped, and {chosen.by} chose to keep the version of step {chosen.step}."
        if status is Status.STOPPED:
            return "The run was stopped; the best version so far is kept."
        if watch.early:
            count = self.recipe.early_stopping_patience
            return f"Ended early: {count} practice checks in a row were not better. The best version is kept."
        return ""

    def read_rows(self) -> tuple[ChatTemplate, TokenizedExamples, TokenizedExamples, TokenizedExamples]:
        """The frozen examples as tokens: the person's, general ones, those of the practice check.

        Nothing to learn from is an error before anything is loaded.
        """
        if not self.model_folder.is_dir():
            raise RunFailed(
                "The folder of the starting model is gone.",
                hint="Put it back and resume the run.",
                where=str(self.model_folder),
            )
        mark = sha256_of_folder(self.model_folder)
        if self.ticket.model_sha256 and self.ticket.model_sha256 != mark:
            raise RunFailed(
                "The starting model has changed since this run was prepared.",
                hint="Put the old files back, or start a new run.",
                where=str(self.model_folder),
            )
        layout = load_chat_template(self.model_folder).with_instructions(self.recipe.instructions)
        length = min(self.recipe.max_length, context_length_of_folder(self.model_folder))
        rows = kept_rows(self.folder.path, layout, mark, self.folder.train, length)
        if not rows.rows:
            raise RunFailed(nothing_left(rows, length, context_length_of_folder(self.model_folder)), where="max_length")
        general = make_rows(layout, self.folder.general, length)
        return layout, rows, general, make_rows(layout, self.folder.validation, length)

    def plan(
        self, model: Any, layout: ChatTemplate, train: list[TokenizedExample], checked: TokenizedExamples
    ) -> TrainerPlan:
        """What the teacher works by."""
        plan = TrainerPlan(
            recipe=self.recipe,
            layout=layout,
            train=train,
            validation=checked.rows,
            saved=self.folder.checkpoints,
            dtype=precision_of(self.recipe.precision, model.num_parameters()),
            base=named_base(self.ticket)[0],
            revision=named_base(self.ticket)[1],
            world=self.world,
            rank=self.rank,
        )
        if not self.recipe.can_be_shared(self.world):
            raise RunFailed(
                f"The batch cannot be shared among {self.world} processes.",
                hint=f"Make examples at once a multiple of {self.world}.",
                where="per_device_train_batch_size",
            )
        return plan

    def go_on_from(self) -> Checkpoint | None:
        """The newest whole point; newer broken ones are passed over with a word in the curve."""
        if self.rank == 0:
            self.points.sweep()
            recover(self.folder.adapter)
            point, broken = self.points.newest_whole()
            step = point.step if point else -1
            self.points.forget_after(step)
            if point is not None or self.folder.metrics():
                self.folder.go_on_from(step, **({"passed_over": broken} if broken else {}))
            if broken:
                self.folder.fell_back(Fallback.POINT_PASSED_OVER)
        if self.world > 1:
            torch.distributed.barrier()
        return self.points.newest_whole()[0]

    def note(self, plan: TrainerPlan, teacher: StudioSFTTrainer) -> None:
        """On what and how it was calculated: part of repeating it."""
        if self.rank > 0:
            return
        self.folder.fell_back(*teacher.fallbacks)
        write_json(
            self.folder.path / "machine.json",
            {
                "device": str(teacher.args.device),
                "precision": str(plan.dtype).removeprefix("torch."),
                "threads": torch.get_num_threads(),
                "processes": plan.world,
                "lean_loss": teacher.lean,
                "rows_laid_out": teacher.collate.__name__,
                "torch": torch.__version__,
                "transformers": transformers.__version__,
            },
        )

    def put_in_place(self, teacher: StudioSFTTrainer) -> int | None:
        """The version that she chose, else the best one, becomes the person's; its step."""
        if teacher.plan.rank > 0:
            return None
        point = chosen_best_or_newest(self.points, self.folder.chosen_step, teacher.state.best_global_step)
        if point is None:
            return None
        if shutil.disk_usage(self.folder.path).free < 2 * point.size_bytes:
            raise disk_full(self.folder, point.size_bytes)
        publish(point, self.folder.adapter, teacher.plan.layout.save_whole)
        return point.step


def join_processes(world: int) -> None:
    """Started by `torchrun` or a cluster, the processes of one run find each other."""
    if world > 1:
        from accelerate import PartialState  # type: ignore[import-untyped]

        PartialState(cpu=not torch.cuda.is_available(), backend=None if torch.cuda.is_available() else "gloo")


def load_model(folder: Path, recipe: Recipe) -> Any:
    """The starting model in float32 (bfloat16 on an accelerator when it stays frozen, unless float32 was asked for)."""
    if recipe.method == "qlora" and (why := why_not_four_bits()):
        raise RunFailed(why, where="method")
    narrow = recipe.method in ADAPTERS and recipe.precision != "float32" and torch.cuda.is_available()
    dtype = torch.bfloat16 if narrow else torch.float32
    hold_little()
    transformers.logging.disable_progress_bar()
    try:
        model = transformers.AutoModelForCausalLM.from_pretrained(
            str(folder), dtype=dtype, trust_remote_code=False, use_safetensors=True, local_files_only=True,
            quantization_config=four_bits() if recipe.method == "qlora" else None,
        )  # fmt: skip
    except (FileNotFoundError, ValueError) as error:
        raise RunFailed(
            "The starting model cannot be loaded any more.",
            hint=f"Check its folder: {str(error)[:200]}",
            where=str(folder),
        ) from None
    model.config.use_cache = False
    if recipe.method == "last_layers":
        freeze_all_but_last(model, recipe.trained_layers)
    return model


def four_bits() -> Any:
    """As the makers of QLoRA hold a frozen model: floats of four bits, their scales quantised too, sums in bfloat16."""
    return transformers.BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )  # fmt: skip
