"""One question of a set as one person sees it: two replies without names, four buttons, and the way to the reveal."""

from typing import Any

import gradio as gr

from studio.copy.catalog import say
from studio.services.votes.vote_service import BallotPaper, VotingProgress
from studio.web import html
from studio.web.copy import votes as copy
from studio.web.mounting import Updates


class BallotPaperPanel:
    """The sides are known to the server alone."""

    def build(self) -> None:
        """The layout."""
        with gr.Column(visible=False, elem_classes="card ballot") as self.container:
            self.paper = gr.Markdown(elem_classes="vote-paper")
            with gr.Row(elem_classes="actions choices-of-two"):
                self.choices = {choice: gr.Button(text) for choice, text in copy.CHOICES.items()}
            self.reason = gr.Textbox(
                "",
                label=say("ballot_paper_panel.why"),
                info=say("votes.reason_help"),
                lines=1,
                max_lines=4,
                max_length=2000,
                elem_classes="keep-draft",
            )
            with gr.Row(elem_classes="actions"):
                self.earlier = gr.Button(say("ballot_paper_panel.earlier_question"), size="sm")
                self.later = gr.Button(say("ballot_paper_panel.later_question"), size="sm")
                self.reveal = gr.Button(say("votes.reveal"), size="sm")
            self.under = gr.Markdown(elem_classes="soft")

    @property
    def parts(self) -> list[Any]:
        """What `show` writes."""
        return [self.container, self.paper, self.reason, *self.choices.values(), self.earlier, self.later, self.reveal,
                self.under]  # fmt: skip

    def hide(self) -> Updates:
        """No paper, and nothing of the last one in the page."""
        return {self.container: gr.update(visible=False), self.paper: "", self.reason: ""}

    def show(self, paper: BallotPaper, progress: VotingProgress) -> Updates:
        """Nothing in it says who stands where, or who leads."""
        line = copy.place_line(progress.person, paper.place, paper.total, progress.voted)
        return {
            self.container: gr.update(visible=True),
            self.paper: html.ballot_paper(line, paper.question, paper.expert, (paper.left, cut_note(paper.cut[0])),
                                          (paper.right, cut_note(paper.cut[1]))),
            self.reason: paper.reason,
            **{button: gr.update(variant="primary" if paper.choice == choice else "secondary")
               for choice, button in self.choices.items()},
            self.earlier: gr.update(interactive=paper.place > 0),
            self.later: gr.update(interactive=paper.place + 1 < paper.total),
            self.reveal: gr.update(interactive=progress.voted > 0,
                                   variant="primary" if progress.finished else "secondary"),
            self.under: html.sentences(*filter(None, (copy.under_the_paper(progress), say('votes.reveal_warns')))),
        }  # fmt: skip


def cut_note(is_cut: bool) -> str:
    """That a reply ended before it was finished; said of both sides alike."""
    return say("compare.cut_short") if is_cut else ""
