"""One run that learns from what people preferred: what differs is how rows are read, and the trainer.

Imported late: this module imports the heavy libraries.
"""

from typing import Any

from studio.copy.catalog import say
from studio.data.preferences.replayed_rows import rows_to_replay
from studio.errors import RunFailed
from studio.models.chat_template import load_chat_template
from studio.models.context_length import context_length_of_folder
from studio.schemas.example import Example
from studio.schemas.loop.preference import Judgement, JudgementPart, PreferencePair, ThumbedReply
from studio.training.callback import ProgressCallback
from studio.training.forecast import steps_of
from studio.training.job import RunRows, TrainingJob
from studio.training.preferences.judged_tokens import JudgedTokens, ThumbRow, pair_rows, thumb_rows
from studio.training.preferences.preference_trainers import StudioDPOTrainer, StudioKTOTrainer
from studio.training.tokenization import TokenizedExample, make_rows
from studio.training.trainer import RunPlan

MOST_CHECKED = 60  # taught rows that a practice check looks at


class PreferenceJob(TrainingJob):
    """A `TrainingJob` that learns which of two replies is better, or which replies are good."""

    def read_rows(self, model_sha256: str) -> RunRows:
        """The judgements; RunFailed when there is nothing to choose between."""
        saved = self.folder.start if self.folder.start.is_dir() else None
        template = load_chat_template(self.model_folder, saved).with_instructions(self.recipe.instructions)
        length = min(self.recipe.max_length, context_length_of_folder(self.model_folder))
        train, checked = self.tokens(template, "train", length), self.tokens(template, "validation", length)
        thumbs = {row.good for row in train.rows if isinstance(row, ThumbRow)}
        if not train.rows:
            raise RunFailed(say("judged.nothing_left", cut=train.left_out, length=length), where="max_length")
        if self.recipe.learn_from == "thumbs" and len(thumbs) < 2:
            raise RunFailed(
                say("judged.one_kind_of_thumb"), hint=say("judged.one_kind_of_thumb_next"), where="learn_from"
            )
        again, kept = self.replayed(template, len(train.rows), length)
        return RunRows(template, train.rows, checked.rows, learned=len(train.rows), cut=train.cut,
                       left_out=train.left_out, replayed=again, replay_checked=kept)  # fmt: skip

    def tokens(self, template: Any, part: JudgementPart, length: int) -> JudgedTokens:
        """The judgements of this part as the model reads them."""
        judgements: list[Judgement] = self.folder.judgements(part)
        if self.recipe.learn_from == "preferences":
            return pair_rows(template, [one for one in judgements if isinstance(one, PreferencePair)], length)
        thumbs = [one for one in judgements if isinstance(one, ThumbedReply)]
        return thumb_rows(template, thumbs, length, self.recipe.seed)

    def replayed(
        self, template: Any, judgements: int, length: int
    ) -> tuple[list[TokenizedExample], list[TokenizedExample]]:
        """Taught rows to learn again, as many as the run reads, and such rows of the validation part to look at."""
        recipe = self.recipe
        batches = steps_of(recipe, judgements) * recipe.gradient_accumulation_steps
        count = batches * recipe.replayed_beside(recipe.per_device_train_batch_size)
        if not count:
            return [], []
        judged = [one.judgement for one in self.folder.frozen_judgements]

        def rows(taught: list[Example], most: int) -> list[TokenizedExample]:
            return make_rows(template, rows_to_replay(taught, judged, most, recipe.seed), length).rows

        again = rows(self.folder.train, count)
        return again, rows(self.folder.validation, MOST_CHECKED) if again else []

    def choices(self, rows: RunRows) -> int:
        """Between two replies."""
        return 2

    def trainer(self, model: Any, plan: RunPlan[Any, Any], progress: ProgressCallback) -> Any:
        """DPO for pairs, KTO for thumbs."""
        kind = StudioDPOTrainer if self.recipe.learn_from == "preferences" else StudioKTOTrainer
        return kind(model, plan, progress)

    def compare_answers(self, trainer: Any) -> None:
        """Judgements have no one answer that is the right one: the practice check alone decides."""

    def laid_out(self, trainer: Any) -> dict[str, Any]:
        """How it learned, for the record."""
        return {
            "learn_from": self.recipe.learn_from,
            "beta": self.recipe.beta,
            "replay_share": self.recipe.replay_share,
        }
