"""One run of a label model: what differs from one that writes is how rows are read, and the head.

Imported late: this module imports the heavy libraries.
"""

from pathlib import Path
from typing import Any

import torch
import transformers

from studio.errors import RunFailed, WrongSetting
from studio.models.chat_template import load_tokenizer
from studio.models.encoders import LabelLayout, read_length, without_report
from studio.schemas.fallback import Fallback
from studio.schemas.recipe import ADAPTERS, Recipe
from studio.schemas.run import Activity
from studio.training.callback import ProgressCallback
from studio.training.job import RunRows, TrainingJob, load_model
from studio.training.labels.label_answers import LabelAnswers
from studio.training.labels.label_forecast import no_label_rows
from studio.training.labels.label_rows import make_label_rows, taught_labels
from studio.training.labels.label_trainer import LabelTrainer
from studio.training.trainer import RunPlan


class LabelJob(TrainingJob):
    """A `TrainingJob` whose model chooses among labels."""

    def read_rows(self, model_sha256: str) -> RunRows:
        """The texts and their labels; RunFailed when there is nothing to choose between."""
        config = transformers.AutoConfig.from_pretrained(
            str(self.model_folder), trust_remote_code=False, local_files_only=True
        )
        tokenizer = load_tokenizer(self.model_folder)
        length = min(self.recipe.max_length, read_length(config, tokenizer))
        train = self.folder.train
        try:
            labels = taught_labels(train, self.recipe.label_separator)
        except WrongSetting as wrong:
            raise RunFailed(wrong.message, hint=wrong.hint, where=wrong.where) from None
        layout = LabelLayout(tokenizer, labels, length, self.recipe.label_separator)
        rows, checked = make_label_rows(layout, train), make_label_rows(layout, self.folder.validation)
        if not rows.rows:
            raise RunFailed(no_label_rows(rows), where="task")
        if checked.untaught and self.rank == 0:
            self.folder.fell_back(Fallback.LABELS_UNTAUGHT)
        return RunRows(layout, rows.rows, checked.rows, learned=len(rows.rows), cut=len(rows.cut),
                       left_out=len(rows.left_out))  # fmt: skip

    def load(self, rows: RunRows) -> Any:
        """The encoder with a new head, whose first numbers are the seed's."""
        return load_with_head(self.model_folder, self.recipe, rows.layout)

    def choices(self, rows: RunRows) -> int:
        """As many as there are labels; of several at once each is a yes or a no."""
        return 2 if rows.layout.several else len(rows.layout.labels)

    def trainer(self, model: Any, plan: RunPlan[Any, Any], progress: ProgressCallback) -> Any:
        """The Trainer of transformers."""
        return LabelTrainer(model, plan, progress)

    def ask_live(self, progress: ProgressCallback, trainer: Any) -> LabelAnswers | None:
        """Every checkpoint chooses a label for the live questions; before teaching there is none to choose."""
        if self.rank > 0 or not self.folder.questions:
            return None
        live = LabelAnswers(self.folder, trainer)
        progress.now_does(Activity.ASKING)
        live.ask_first()
        progress.after_saving = live.ask
        progress.thin = self.recipe.method in ADAPTERS
        return live

    def compare_answers(self, trainer: Any) -> None:
        """A label model writes nothing: its practice check is of the labels themselves."""

    def laid_out(self, trainer: Any) -> dict[str, Any]:
        """Rows are filled up to the longest beside them, as encoders read them."""
        return {"labels": len(trainer.plan.layout.labels)}


def load_with_head(folder: Path, recipe: Recipe, layout: LabelLayout) -> Any:
    """The encoder with a new head, whose first numbers are the seed's."""
    names = dict(enumerate(layout.labels))
    with torch.random.fork_rng(), without_report():
        torch.manual_seed(recipe.seed)
        return load_model(
            folder, recipe, transformers.AutoModelForSequenceClassification, num_labels=len(names), id2label=names,
            label2id={label: place for place, label in names.items()},
            problem_type="multi_label_classification" if layout.several else "single_label_classification",
            ignore_mismatched_sizes=True,
        )  # fmt: skip
