"""What she says of a reply: quiet buttons under each, and one box for the words that some of them ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import gradio as gr
from gradio.blocks import Block

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.chat import Turn
from studio.schemas.loop.feedback import OPINIONS, Feedback, Judgement
from studio.services.access import Right
from studio.services.chats.contestants import FROM_ROWS
from studio.services.feedback.chat_replies import key_in_chat, reply_in_chat
from studio.services.feedback.feedback_service import FeedbackService
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy.common import short
from studio.web.copy.compare import SIDES
from studio.web.layout.page_press import PagePress, press_field
from studio.web.layout.sent_box import SENT
from studio.web.mounting import Updates

SAID, TAKEN_BACK = "judge", "unjudge"  # the acts of the buttons
OFFERED: tuple[Judgement, ...] = ("right", "down", "decline")  # a button each: good, bad, it should not have answered
WITH_WORDS: tuple[Judgement, ...] = ("down", "decline")  # which open the box
BOX = ("card", "feedback-box")
Judged = Mapping[tuple[int, str], Feedback | None]  # every reply that can be judged, with her word on it


@dataclass(frozen=True)
class JudgedReply:
    """Which reply the box is about."""

    chat: str = ""
    place: int = -1
    contestant: str = ""
    judgement: str = ""


class ReplyFeedback:
    """The box under the columns, and what is kept by it."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self) -> None:
        """The hidden field of presses, and the box, which is not there at first."""
        self.presses, self.about = press_field(), gr.State(JudgedReply())
        gr.Markdown(html.seen(say("reply_feedback.what")))
        with gr.Column(visible=False, elem_classes=[*BOX]) as self.box:
            self.head = gr.Markdown()
            self.correction = gr.Textbox("", label=say("reply_feedback.correction"), lines=3, max_lines=12,
                                         elem_classes="keep-draft")  # fmt: skip
            self.reason = gr.Textbox("", label=say("reply_feedback.reason"), lines=1, max_lines=4, max_length=2000,
                                     elem_classes="keep-draft")  # fmt: skip
            with gr.Row(elem_classes="actions"):
                self.save = gr.Button(say("reply_feedback.save"), variant="primary", size="sm")
                self.close = gr.Button(say("reply_feedback.close"), size="sm", elem_classes="quiet")

    @property
    def parts(self) -> list[Block]:
        """What `show` and `hide` write."""
        return [self.about, self.box, self.head, self.correction, self.reason]

    def judged(self, project: str, chat: str, turns: Sequence[Turn], person: str) -> Judged:
        """Her word on each reply; nothing for somebody who may not vote here."""
        scope = self.studio.within(project)
        if not turns or not chat or not scope.may(Right.VOTE):
            return {}
        known = {one.key: one for one in scope.feedback.all(project)}
        return {
            (place, reply.contestant): known.get(key_in_chat(chat, turn, reply.contestant, person))
            for place, turn in enumerate(turns)
            for reply in turn.replies
            if reply.contestant not in FROM_ROWS and reply.text.strip()
        }

    # Events

    def press(self, project: str, chat: str, turns: Sequence[Turn], press: PagePress, person: str) -> Updates:
        """Keep what a button says; the box opens where words are wanted."""
        place = int(press.word(0)) if press.word(0).isdecimal() else -1
        about = JudgedReply(chat, place, press.word(1), press.word(2))
        if press.act == TAKEN_BACK:
            self._take_back(project, turns, about, person)
            return self.put_away()
        if press.act != SAID or about.judgement not in OFFERED:
            raise StudioError(say("list_screen.button_not_known"), hint=say("list_screen.load_page_again"))
        self._keep(project, turns, about, "", "", person)
        return self.show(turns, about) if about.judgement in WITH_WORDS else self.put_away()

    def keep(self, project: str, turns: Sequence[Turn], about: JudgedReply, correction: str, reason: str,
             person: str) -> Updates:  # fmt: skip
        """What stands in the box."""
        self._keep(project, turns, about, correction, reason, person)
        return self.hide()

    def show(self, turns: Sequence[Turn], about: JudgedReply) -> Updates:
        """The box for one reply. Its fields are named after it: a draft comes back to the reply that it is for."""
        found = reply_in_chat(turns, about.place, about.contestant)
        question, said = (short(found.turns[-1].content, 60), found.reply) if found else ("", "")
        who = SIDES.get(about.contestant) or about.contestant
        opinion = OPINIONS[cast(Judgement, about.judgement)]
        return {
            self.about: about, self.box: gr.update(visible=True, elem_classes=[*BOX]),
            self.head: html.title(say(f"reply_feedback.head_{opinion}"), short(said, 200)),
            self.correction: gr.update(value="", label=say("reply_feedback.correction_to", question=question, who=who)),
            self.reason: gr.update(value="", label=say("reply_feedback.reason_about", question=question, who=who)),
        }  # fmt: skip

    def hide(self) -> Updates:
        """No box; its words were sent. The emptied fields stay in the page, so that its script drops their drafts."""
        return {self.about: JudgedReply(), self.box: gr.update(elem_classes=[*BOX, SENT]), self.correction: "",
                self.reason: ""}  # fmt: skip

    def put_away(self) -> Updates:
        """No box for now; what was typed stays as a draft."""
        return {self.about: JudgedReply(), self.box: gr.update(visible=False)}

    # Within

    def _keep(self, project: str, turns: Sequence[Turn], about: JudgedReply, correction: str, reason: str,
              person: str) -> Feedback:  # fmt: skip
        found = reply_in_chat(turns, about.place, about.contestant)
        if found is None:
            raise StudioError(say("reply_feedback.reply_gone"), hint=say("list_screen.load_page_again"))
        key = key_in_chat(about.chat, turns[about.place], about.contestant, person)
        return self._feedback(project).add(
            project, by=person, key=key, origin="chat", turns=found.turns, reply=found.reply, version=found.version,
            fingerprint=found.fingerprint, contestant=about.contestant, judgement=cast(Judgement, about.judgement),
            correction=correction or None, reason=reason,
        )  # fmt: skip

    def _take_back(self, project: str, turns: Sequence[Turn], about: JudgedReply, person: str) -> None:
        if 0 <= about.place < len(turns):
            key = key_in_chat(about.chat, turns[about.place], about.contestant, person)
            mine = self._feedback(project).find(project, key)
            if mine is not None:
                self._feedback(project).take_back(project, mine.id, by=person)

    def _feedback(self, project: str) -> FeedbackService:
        return self.studio.open(self.studio.actor, project, Right.VOTE).feedback


def judging(place: int, contestant: str, said: Feedback | None, *, declines: bool = True) -> str:
    """The buttons under one reply; what she said of it is pressed in, and pressed again it is taken back.

    `declines`: whether it could have said that it does not know, which a label model cannot.
    """
    buttons = "".join(
        html.press(
            ("✓ " if is_said(said, judgement) else "") + say(f"reply_feedback.{OPINIONS[judgement]}"),
            f"{TAKEN_BACK if is_said(said, judgement) else SAID} {place} {contestant} {judgement}",
            kind=f"judge {'said' if is_said(said, judgement) else ''}".strip(),
        )
        for judgement in OFFERED
        if declines or judgement != "decline"
    )
    corrected = html.span("corrected", say("reply_feedback.corrected", words=said.correction)) if (
        said is not None and said.correction is not None
    ) else ""  # fmt: skip
    return f'<span class="judging">{buttons}</span>{corrected}'


def is_said(said: Feedback | None, judgement: Judgement) -> bool:
    """Whether this is her word, also where she said it in another way."""
    return said is not None and said.opinion == OPINIONS[judgement]
