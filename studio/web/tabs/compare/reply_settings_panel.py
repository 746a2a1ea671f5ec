"""How each contestant answers: randomness, length and instructions. Made when its drawer is opened."""

from typing import Any

import gradio as gr

from studio.copy.catalog import say
from studio.schemas.chat import ReplySettings
from studio.services.chats.chat_service import ChatService
from studio.services.chats.contestants import FROM_ROWS
from studio.services.studio import Studio
from studio.web import html
from studio.web.listeners import Listeners
from studio.web.mounting import Updates
from studio.web.tabs.compare.conversations import SettingsByContestant, ShownConversation
from studio.web.tabs.compare.reply_columns import title_of


class ReplySettingsPanel:
    """What the next question is asked with stands in one state, so that it is there before the drawer is."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, listen: Listeners, state: gr.State, shown: ShownConversation, settings: SettingsByContestant,
              ) -> None:  # fmt: skip
        """A column each. `state` is where the settings stand, `settings` what stands there now."""
        self.state, self.shown = state, shown
        self.fields: dict[str, tuple[gr.Slider, gr.Slider, gr.Textbox]] = {}
        chats, known = self._chats(), dict(settings)
        with gr.Row(elem_classes="panes"):
            for name in shown.contestants:
                with gr.Column():
                    hint = say("compare.no_settings") if name in FROM_ROWS else ""
                    gr.Markdown(html.title(title_of(chats.contestants, name), hint))
                    if name not in FROM_ROWS:
                        self.fields[name] = self._build_fields(chats, name, known.get(name, ReplySettings()))
        every = [field for fields in self.fields.values() for field in fields]
        for field in every:  # as she types: leaving the field and asking may be one and the same press
            listen.on(field.input, self.change, every, [state, *(fields[2] for fields in self.fields.values())],
                      trigger_mode="always_last")  # fmt: skip

    def _build_fields(self, chats: ChatService, name: str, settings: ReplySettings) -> Any:
        taught = chats.instructions(self.shown.run, name)
        departs = settings.instructions is not None
        return (
            gr.Slider(
                0,
                1.5,
                value=settings.temperature,
                step=0.1,
                label=say("reply_settings_panel.randomness"),
                buttons=[],
                info=say("reply_settings_panel.0_always_takes_likeliest"),
            ),
            gr.Slider(
                16,
                1024,
                value=settings.max_new_tokens,
                step=8,
                label=say("reply_settings_panel.longest_answer_pieces_words"),
                buttons=[],
            ),
            gr.Textbox(
                settings.instructions if departs else taught,
                label=say("reply_settings_panel.instructions"),
                lines=3,
                info=say("compare.other_instructions") if departs else say("compare.same_instructions"),
            ),
        )

    def change(self, *values: Any) -> Updates:
        """What the next question is asked with; who departs from what was taught says so."""
        chats, given = self._chats(), iter(values)
        settings = []
        notes: dict[Any, Any] = {}
        for name, fields in self.fields.items():
            one = reply_settings(next(given), next(given), str(next(given) or ""),
                                 chats.instructions(self.shown.run, name))  # fmt: skip
            same = one.instructions is None
            notes[fields[2]] = gr.update(
                info=say("compare.same_instructions") if same else say("compare.other_instructions")
            )
            settings.append((name, one))
        return {self.state: tuple(settings), **notes}

    def _chats(self) -> ChatService:
        return self.studio.within(self.shown.project).chats


def reply_settings(temperature: float, length: float, instructions: str, taught: str) -> ReplySettings:
    """One contestant's settings; instructions only when they depart from the recipe's."""
    return ReplySettings(
        temperature=min(2.0, max(0.0, float(temperature))), max_new_tokens=min(4096, max(1, int(length))),
        instructions=None if instructions == taught else instructions[:8000],
    )  # fmt: skip
