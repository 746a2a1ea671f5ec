"""One column for each contestant: who it is and by which weights, and what it said."""

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from studio.copy.catalog import say
from studio.data.text.word_diff import difference
from studio.schemas.chat import Reply, Turn
from studio.schemas.fallback import sentences_of
from studio.services.chats.contestants import Contestants
from studio.services.runs.run_service import RunView
from studio.web import html
from studio.web.copy import common
from studio.web.copy import compare as copy
from studio.web.mounting import Updates
from studio.web.tabs.compare.reply_feedback import Judged, judging

Bubbles = list[dict[str, Any]]


class ReplyColumns:
    """As many as answer."""

    def build(self, contestants: Sequence[str]) -> None:
        """A head and a chat for each."""
        self.contestants = tuple(contestants)
        self.heads: list[gr.Markdown] = []
        self.chats: list[gr.Chatbot] = []
        with gr.Row(elem_classes=f"panes of-{len(self.contestants)}"):
            for number, name in enumerate(self.contestants, start=1):
                with gr.Column(elem_classes=f"card pane {name if name in copy.SIDES else 'other'}"):
                    self.heads.append(gr.Markdown(elem_classes="pane-head"))
                    self.chats.append(
                        gr.Chatbot(
                            render_markdown=False,
                            buttons=[],
                            show_label=False,
                            height=380,
                            layout="bubble",
                            label=say("reply_columns.replies", number=number),
                            group_consecutive_messages=False,
                            feedback_options=None,
                            placeholder=say("compare.empty_column"),
                            elem_classes="talk",
                            min_width=0,
                        )
                    )

    @property
    def parts(self) -> list[Any]:
        """What is written to."""
        return [*self.heads, *self.chats]

    def show_heads(self, names: Contestants, run: RunView, turns: Sequence[Turn], note: str = "") -> Updates:
        """Who answers, with the weights that wrote the last reply and where it did less than promised."""
        note = note or " ".join(sentences_of(turns[-1].fallbacks if turns else ()))
        marks = {reply.contestant: reply.fingerprint for turn in turns for reply in turn.replies}
        notes = notes_of(turns[-1]) if turns else {}
        which = dict(copy.WHICH) | {"base": common.model_name(run.spec.recipe.base_model),
                             "tuned": f"{run.spec.created.astimezone():%d %b, %H:%M}"}  # fmt: skip
        return {
            head: html.reply_head(title_of(names, name), which.get(name, which["other"]), marks.get(name, ""),
                                  " ".join(filter(None, (notes.get(name), note))))
            for head, name in zip(self.heads, self.contestants, strict=True)
        }  # fmt: skip

    def show(self, turns: Sequence[Turn], question: str = "", texts: Mapping[str, str] | None = None,
             *, mark: bool = False, judged: Judged | None = None) -> Updates:  # fmt: skip
        """What was said, and what is being said; under each reply that is `judged`, or can be, what she says of it."""
        beside = self.contestants[0] if mark else ""
        return {
            chat: bubbles(name, turns, question, (texts or {}).get(name), beside, judged or {})
            for chat, name in zip(self.chats, self.contestants, strict=True)
        }


def title_of(names: Contestants, name: str) -> str:
    """A contestant as a heading."""
    title = copy.SIDES.get(name) or names.title(name)
    return title[:1].upper() + title[1:]


def bubbles(name: str, turns: Sequence[Turn], question: str, so_far: str | None, beside: str = "",
            judged: Judged | None = None) -> Bubbles:  # fmt: skip
    """One column as the chat component wants it; every word spelt out so that none of it is markup.

    `beside` names the contestant from whose replies this one's differing words are marked.
    """
    shown: Bubbles = []
    for place, turn in enumerate(turns):
        replies = {reply.contestant: reply for reply in turn.replies}
        if (reply := replies.get(name)) is None:
            continue  # it did not answer then
        badge = copy.taught(turn.taught) if turn.taught else ""
        shown.append({"role": "user", "content": html.asked(turn.question, badge)})
        note = reply.note if reply.stopped_by_itself else say("compare.cut_short")
        other = replies.get(beside) if beside != name else None
        parts = difference(other.text, reply.text) if other is not None else []
        text = html.reply(reply.text or say("compare.said_nothing"), reply.fingerprint, note, parts)
        text += certainties(reply)
        if judged and (place, name) in judged:
            text += judging(place, name, judged[place, name], declines=not reply.labels)
        shown.append({"role": "assistant", "content": text})
    if question:
        shown.append({"role": "user", "content": html.safe(question)})
        shown.append({"role": "assistant", "content": html.safe(so_far or "…")})
    return shown


def certainties(reply: Reply) -> str:
    """How sure it is of its likeliest labels, as bars; nothing of one that writes."""
    shares = [(one.label, one.certainty) for one in reply.labels]
    if not shares and reply.certainty is not None:
        shares = [(reply.text, reply.certainty)]
    return html.certainty_bars(shares)


def notes_of(turn: Turn) -> dict[str, str]:
    """Who departed from the instructions that were taught."""
    return {name: say("compare.other_instructions") for name, s in turn.settings.items() if s.instructions is not None}
