"""How a conversation becomes the text and tokens that a model reads: the same for training, chat, exam and export.

A `ChatTemplate` is a tokenizer, a Jinja template with its arguments, and what ends an answer; saved with the adapter.
"""

import dataclasses
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.data.checks.content.reasoning import ends_a_thought, thoughts_in
from studio.errors import StudioError, UnusableModel
from studio.models.plain_template import PLAINEST, TemplateMarks, best_marks
from studio.schemas.example import Message
from studio.storage.files import write_bytes, write_json

LAYOUT_FILE = "studio_layout.json"
TEMPLATE_FILE = "chat_template.jinja"
PROBE = (Message(role="user", content="How are you"), Message(role="assistant", content="Fine"))
AT_ONCE = 256  # texts that are tokenised together
OPENED = 40  # letters, at most, that a prompt opens an answer with
TRIED = 16  # rows on which the short way to a prompt's tokens is tried
DAY = datetime(2026, 1, 1, 12)  # what day it is in every chat template that says one
CLOSING, STAND_IN = "</think>", "\ufdd0"  # the second is no character, and stands in no text
RULE = Message(role="system", content="Be brief")


@dataclass(frozen=True)
class EncodedConversation:
    """Tokens of a conversation up to one answer, and where that answer begins: the tokens before it are the prompt."""

    ids: list[int]
    start: int


@dataclass(frozen=True)
class ChatTemplate:
    """`whose` is "model" or "studio"; `folds`: the template knows no system turn, so it joins the first question."""

    tokenizer: Any
    template: str
    whose: str = "model"
    template_kwargs: dict[str, Any] = field(default_factory=dict)
    stop_ids: tuple[int, ...] = ()
    stop_strings: tuple[str, ...] = ()
    folds: bool = False
    instructions: str = ""
    notes: tuple[str, ...] = ()

    def with_instructions(self, instructions: str) -> "ChatTemplate":
        """The same chat template with what is said to the model before every question."""
        return dataclasses.replace(self, instructions=instructions)

    def opened(self, messages: Sequence[Message]) -> list[Message]:
        """The conversation with the instructions for every chat in front, unless it brings its own."""
        if self.instructions and not (messages and messages[0].role == "system"):
            return [Message(role="system", content=self.instructions), *messages]
        return list(messages)

    def render(self, messages: Sequence[Message], *, ask: bool) -> str:
        """The text exactly as it is tokenised; `ask` ends it where the answer is to begin."""
        turns = [{"role": m.role, "content": stood_in(m.content, self.template)} for m in messages]
        if self.folds and turns and turns[0]["role"] == "system":
            rule = turns.pop(0)["content"]
            first = next((turn for turn in turns if turn["role"] == "user"), None)
            if first is None:
                turns.insert(0, {"role": "user", "content": rule})
            else:
                first["content"] = f"{rule}\n\n{first['content']}"
        text: str = self.tokenizer.apply_chat_template(
            turns, chat_template=self.template, tokenize=False, add_generation_prompt=ask, **self.template_kwargs
        )
        return text.replace(STAND_IN, CLOSING)

    @cached_property
    def closes_thought(self) -> bool:
        """Whether the prompt itself ends the model's thought, as layouts do where thinking is switched off."""
        return ends_a_thought(self.render(PROBE[:1], ask=True))

    def prompt_ids(self, messages: Sequence[Message]) -> list[int]:
        """What the model is given to answer; the instructions for every chat included."""
        return self.tokens([self.render(self.opened(messages), ask=True)])[0]

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Tokens of rendered texts, all in one pass."""
        if not texts:
            return []
        backend = getattr(self.tokenizer, "backend_tokenizer", None)
        if backend is not None and backend.truncation is None and backend.padding is None:
            parts = (list(texts[first : first + AT_ONCE]) for first in range(0, len(texts), AT_ONCE))
            return [row.ids for part in parts for row in backend.encode_batch_fast(part, add_special_tokens=False)]
        found: list[list[int]] = self.tokenizer(list(texts), add_special_tokens=False)["input_ids"]
        return found

    def encode(self, messages: Sequence[Message]) -> EncodedConversation:
        """Tokens of a conversation that ends with the answer to learn."""
        return self.encode_all([messages])[0]

    def encode_all(self, conversations: Sequence[Sequence[Message]]) -> list[EncodedConversation]:
        """Many conversations. The prompt's tokens always begin the whole, as they do in a chat."""
        prompts, wholes = [], []
        for messages in conversations:
            opened = self.opened(messages)
            prompts.append(self.render(opened[:-1], ask=True))
            wholes.append(self.render(opened, ask=False))
        tokens = self.tokens(wholes)
        asked = self.prompts_of(prompts, wholes, tokens)
        found = []
        answers = [messages[-1].content.strip() for messages in conversations]
        for prompt, text, before, ids, answer in zip(prompts, wholes, asked, tokens, answers, strict=True):
            if ids[: len(before)] != before:  # a token of a word grew across the border, or the template differs there
                ids = before + self.tokens([text[border_of(prompt, text, answer) :]])[0]
            found.append(EncodedConversation(ids, len(before)))
        return found

    def prompts_of(self, prompts: list[str], wholes: list[str], tokens: list[list[int]]) -> list[list[int]]:
        """The prompts' tokens, taken out of the wholes' where a mark divides them: what stands before a mark never
        depends on what follows. Tried on a few rows; tokenised apart where that is not so."""
        sample = range(0, len(prompts), max(1, len(prompts) // TRIED))
        border = PromptBoundary(self)
        if all(border.before(prompts[n], wholes[n], tokens[n]) == self.tokens([prompts[n]])[0] for n in sample):
            found = [border.before(*each) for each in zip(prompts, wholes, tokens, strict=True)]
            apart = iter(self.tokens([prompt for prompt, ids in zip(prompts, found, strict=True) if ids is None]))
            return [next(apart) if ids is None else ids for ids in found]
        return self.tokens(prompts)

    def text(self, ids: Sequence[int]) -> str:
        """Tokens as a person reads them, marks included."""
        words: str = self.tokenizer.decode(list(ids), skip_special_tokens=False, clean_up_tokenization_spaces=False)
        return words

    @cached_property
    def unknown(self) -> int | None:
        """The token that stands for whatever the tokenizer cannot write, if it has one."""
        number: int | None = self.tokenizer.unk_token_id
        return number

    def cannot_write(self, text: str) -> set[str]:
        """Letters of the text that this tokenizer has no token for."""
        letters = sorted(set(text))
        lost = {letter for letter in letters if "\ud800" <= letter <= "\udfff"}
        sound = [letter for letter in letters if letter not in lost]
        for letter, ids in zip(sound, self.tokens(sound), strict=True):
            if self.unknown in ids or (not ids and not letter.isspace()):
                lost.add(letter)
        return lost

    def save(self, folder: Path) -> None:
        """Write the chat template beside the adapter, so that whoever opens it reads and stops as it was trained."""
        write_bytes(folder / TEMPLATE_FILE, self.template.encode())
        kept = {item.name: getattr(self, item.name) for item in dataclasses.fields(self)}
        kept = {name: value for name, value in kept.items() if name not in ("tokenizer", "template")}
        write_json(folder / LAYOUT_FILE, {"format": 1, **kept})

    def save_whole(self, folder: Path) -> None:
        """The chat template with its tokenizer, so that the folder can be used on its own."""
        self.tokenizer.save_pretrained(str(folder))
        self.save(folder)


def stood_in(content: str, template: str) -> str:
    """The words with a sign in the place of closing tags, where a template that looks for thoughts would take a text
    about the tag apart; the words as they are where they hold a thought, or where the template does not look."""
    if CLOSING not in content or CLOSING not in template or thoughts_in(content):
        return content
    return content.replace(CLOSING, STAND_IN)


def load_chat_template(folder: Path, saved: Path | None = None) -> ChatTemplate:
    """The chat template of a model folder; with `saved`, the one that an adapter was trained with."""
    tokenizer = load_tokenizer(folder)
    if saved is not None and (saved / LAYOUT_FILE).is_file():
        kept = json.loads((saved / LAYOUT_FILE).read_text(encoding="utf-8"))
        if kept.pop("format", 1) != 1:
            raise StudioError(
                say("chat_template.version_was_saved_by"), hint=say("chat_template.update_studio"), where=str(saved)
            )
        template = (saved / TEMPLATE_FILE).read_text(encoding="utf-8")
        kept |= {name: tuple(kept[name]) for name in ("stop_ids", "stop_strings", "notes")}
        return ChatTemplate(tokenizer, template, **kept)
    stops, stop_strings = known_stops(folder, tokenizer)
    if tokenizer.chat_template:
        return chat_template_of_model(tokenizer, stops, stop_strings, where=str(folder))
    return plain_chat_template(tokenizer, stops, stop_strings)


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer of a folder, from its files alone."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(str(folder), trust_remote_code=False, local_files_only=True)


def known_stops(folder: Path, tokenizer: Any) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Stop tokens and stop strings that the model's own files name, likeliest first."""
    found: list[Any] = []
    strings: list[str] = []
    for name in ("generation_config.json", "config.json"):
        path = folder / name
        if path.is_file():
            said = json.loads(path.read_text(encoding="utf-8"))
            ids = said.get("eos_token_id")
            found += ids if isinstance(ids, list) else [ids]
            given = said.get("stop_strings") or []
            strings += [given] if isinstance(given, str) else given
    found.append(tokenizer.eos_token_id)
    ids = [number for number in found if isinstance(number, int) and 0 <= number < len(tokenizer)]
    return tuple(dict.fromkeys(ids)), tuple(dict.fromkeys(text for text in strings if text))


def chat_template_of_model(
    tokenizer: Any, stops: tuple[int, ...], stop_strings: tuple[str, ...], where: str
) -> ChatTemplate:
    """The model's own template, with thinking switched off, and the end of its answers found by rendering one."""
    import jinja2

    template = with_one_day(tokenizer.get_chat_template())
    kwargs = {"enable_thinking": False} if "enable_thinking" in template else {}
    chat_template = ChatTemplate(tokenizer, template, template_kwargs=kwargs)
    try:
        chat_template = dataclasses.replace(chat_template, folds=not knows_system_turns(chat_template))
        text = chat_template.render(PROBE, ask=False)
        asked = chat_template.render(PROBE[:1], ask=True)
    except (jinja2.TemplateError, TypeError, ValueError, KeyError, OverflowError, RecursionError, MemoryError) as error:
        raise UnusableModel(
            say("chat_template.chat_layout_model_cannot", error=str(error)[:200] or type(error).__name__),
            hint=say("chat_template.mend_or_remove_without", template_file=TEMPLATE_FILE),
            where=where,
        ) from None
    if PROBE[0].content not in asked or PROBE[1].content not in text:
        raise UnusableModel(
            say("chat_template.chat_layout_model_leaves"),
            hint=say("chat_template.mend_or_remove_without", template_file=TEMPLATE_FILE),
            where=where,
        )
    tail = text[text.rfind(PROBE[1].content) + len(PROBE[1].content) :]
    special = {*tokenizer.all_special_ids, *tokenizer.added_tokens_decoder, *stops}
    ending = (
        next((number for number in chat_template.tokens([tail])[0] if number in special), None)
        if tail.strip()
        else None
    )
    if ending is not None:
        return dataclasses.replace(
            chat_template, stop_ids=tuple(dict.fromkeys((ending, *stops))), stop_strings=stop_strings
        )
    if tail.strip():
        strings = tuple(dict.fromkeys((*stop_strings, tail.strip())))
        note = say("chat_template.model_ends_answers_with", tail=tail.strip())
        return dataclasses.replace(chat_template, stop_ids=stops, stop_strings=strings, notes=(note,))
    if not stops:
        raise UnusableModel(
            say("chat_template.chat_layout_model_does"),
            hint=say("chat_template.remove_then_studio_plain", template_file=TEMPLATE_FILE),
            where=where,
        )
    end = json.dumps(tokenizer.convert_ids_to_tokens(stops[0]))
    added = (
        "{%- if messages[-1]['role'] == 'assistant' and not add_generation_prompt -%}{{- " + end + " -}}{%- endif -%}"
    )
    note = say("chat_template.chat_layout_model_has")
    return dataclasses.replace(chat_template, template=template + added, stop_ids=stops, notes=(note,))


def with_one_day(template: str) -> str:
    """A template that states today's date states one fixed day instead: a run that is repeated, and a version used
    next year, here or elsewhere, read what was read when it was trained."""
    if "strftime_now" not in template:
        return template
    formats = dict.fromkeys(re.findall(r"strftime_now\(\s*['\"]([^'\"]+)['\"]\s*\)", template))
    said = "".join(f"{{%- if f == {json.dumps(f)} -%}}{DAY.strftime(f)}{{%- endif -%}}" for f in formats)
    return "{%- macro strftime_now(f) -%}" + said + "{%- endmacro -%}" + template


def knows_system_turns(chat_template: ChatTemplate) -> bool:
    """Whether the template shows a system turn instead of refusing or forgetting it."""
    import jinja2

    try:
        return RULE.content in chat_template.render([RULE, *PROBE], ask=False)
    except jinja2.TemplateError:
        return False


def plain_chat_template(tokenizer: Any, stops: tuple[int, ...], stop_strings: tuple[str, ...]) -> ChatTemplate:
    """The studio's own chat template for a model without one, in marks that its tokenizer can write."""
    bare = ChatTemplate(tokenizer, "", whose="studio")
    marks: TemplateMarks = next((m for m in best_marks(bare.tokens) if not bare.cannot_write(m.letters)), PLAINEST)
    by_token = bool(stops) and not stop_strings
    end = tokenizer.convert_ids_to_tokens(stops[0]) if by_token else marks.end
    start = tokenizer.bos_token if tokenizer.bos_token_id not in (None, tokenizer.eos_token_id) else ""
    template = marks.template(start=start or "", end=end, by_token=by_token)
    shown = marks.question.strip() + " … " + marks.answer.strip() + " …"
    note = say("chat_template.model_has_no_chat", shown=shown)
    strings = () if by_token else tuple(dict.fromkeys((marks.stop, *stop_strings)))
    return ChatTemplate(tokenizer, template, "studio", stop_ids=stops, stop_strings=strings, notes=(note,))


class PromptBoundary:
    """Finds where a prompt ends among the tokens of the whole, by the last mark in it."""

    def __init__(self, chat_template: ChatTemplate) -> None:
        self._chat_template = chat_template
        added = chat_template.tokenizer.added_tokens_decoder
        self._marks = {str(token.content): int(number) for number, token in added.items()}
        self._pattern = re.compile("|".join(map(re.escape, sorted(self._marks, key=len, reverse=True))) or "(?!)")
        self._after: dict[str, list[int]] = {}

    def before(self, prompt: str, whole: str, ids: list[int]) -> list[int] | None:
        """The prompt's tokens; nothing when they cannot be told this way."""
        marks = list(self._pattern.finditer(prompt))
        if not marks or not whole.startswith(prompt):
            return None
        mark, rest = marks[-1][0], prompt[marks[-1].start() :]
        if rest not in self._after:
            self._after[rest] = self._chat_template.tokens([rest])[0]
        number, count = self._marks[mark], sum(found[0] == mark for found in marks)
        place = -1
        for _ in range(count):
            if number not in ids[place + 1 :]:
                return None
            place = ids.index(number, place + 1)
        end = place + len(self._after[rest])
        return ids[:end] if ids[place:end] == self._after[rest] else None


def border_of(prompt: str, text: str, answer: str) -> int:
    """Where in the whole text the answer begins. A prompt may end with an opened thought that the whole does not have;
    an answer that begins with the same letters as that is not to lose them."""
    border = shared(prompt, text)
    begins = text.rfind(answer, max(0, border - OPENED), border + len(answer))
    return begins if begins >= 0 else border


def shared(one: str, other: str) -> int:
    """How many letters two texts have in common from the start."""
    length = min(len(one), len(other))
    return next((place for place in range(length) if one[place] != other[place]), length)
