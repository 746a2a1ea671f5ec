"""Live questions of a label model: which label it would choose at every checkpoint, and how sure it is.

Draws no random numbers and learns nothing. Imported late: this module imports the heavy libraries.
"""

import time
from datetime import UTC, datetime
from typing import Any

from studio.copy.catalog import say
from studio.inference.label_models import Classifier
from studio.storage.run_folder import RunFolder


class LabelAnswers:
    """Asks the model that is being taught, and writes its labels into the run folder."""

    def __init__(self, folder: RunFolder, trainer: Any) -> None:
        self.folder, self.trainer = folder, trainer
        self.questions = folder.questions
        self.seconds = 0.0

    def ask_first(self) -> None:
        """What has not been said yet of the starting model: that it knows no label."""
        known = {line["question"] for line in self.folder.answers() if line["contestant"] == "base"}
        for question in self.questions:
            if question not in known:
                self._write(question, "base", 0, "", note=say("labels.before_teaching"))

    def ask(self, step: int) -> None:
        """The model as it is after this step."""
        began = time.monotonic()
        model, layout = self.trainer.model, self.trainer.plan.layout
        was_learning = model.training
        model.eval()
        try:
            with self.trainer.progress.step_lock(), self.trainer.autocast():
                classifier = Classifier(model, layout, "")
                certainties = classifier.certainties(classifier.scores(self.questions)).tolist()
        finally:
            model.train(was_learning)
        self.seconds += time.monotonic() - began
        for question, shares in zip(self.questions, certainties, strict=True):
            reply = classifier.reply("tuned", shares, 0.0)
            self._write(question, "tuned", step, say("labels.live", label=reply.text, certainty=reply.certainty))

    def _write(self, question: str, contestant: str, step: int, answer: str, **more: str) -> None:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        self.folder.append_answer(question=question, contestant=contestant, step=step, answer=answer, at=at, **more)
