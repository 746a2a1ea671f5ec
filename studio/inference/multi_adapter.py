"""One loaded copy of a base model and any number of LoRA adapters on it, decoding in one batch."""

import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from transformers import AutoModelForCausalLM
from transformers.utils import logging

from studio.copy.catalog import say
from studio.errors import NotFound, StudioError, UnusableModel
from studio.inference.adapter_layers import AdaptedModel
from studio.inference.adapter_loading import read_changes
from studio.inference.capabilities import CapabilityProbe
from studio.inference.continuous_batch import ContinuousBatch, ServedGeneration, generation
from studio.inference.decoding import STOPPED, DecodingBatch, GenerationState, PrefixCache, decode
from studio.inference.fair_lock import FairLock
from studio.inference.sampling import check
from studio.inference.scoring import Lost, negative_log_likelihoods, to_read
from studio.models.chat_template import ChatTemplate, load_chat_template
from studio.models.context_length import context_length
from studio.models.devices import free_bytes, has_fast_bfloat16
from studio.models.fingerprint import base_digest, fingerprint
from studio.models.model_files import look_at
from studio.schemas.chat import GenerationRequest, Reply, ReplySettings
from studio.schemas.example import Message
from studio.schemas.fallback import Fallback

BASE = "base"

SMALL = 50_000_000  # below this many parameters float32 is as fast as anything
BATCH_ROWS, BATCH_TOKENS = 32, 32_768
SECONDS_BETWEEN_TEXTS = 0.05
PREFIX_CACHE_BYTES = 1 << 30
PREFIX_CACHES = 64  # every one of them is compared with each new prompt
HASHED_BYTES = 1 << 28  # up to this size a contestant's tensors are hashed anew for every reply
TRIED = ("Hi", "Hello there, how are you?")  # of different lengths
Stop = Callable[[], bool]


def load_multi_adapter(
    model_folder: Path,
    adapters: Mapping[str, Path],
    *,
    dtype: torch.dtype | None = None,
    device: str | None = None,
    lock: FairLock | None = None,
) -> "MultiAdapterModel":
    """Load the starting model once and the adapters (contestant name -> adapter folder) beside it.

    `lock` is the engine's, so that a run beside the chat goes on between its tokens.
    """
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    model = load_base(model_folder, device, dtype)
    adapted = AdaptedModel(model)
    adapted.rows.lock = lock or FairLock()
    chat_templates = {BASE: load_chat_template(model_folder, None)}
    for name, folder in adapters.items():
        if name in chat_templates:
            raise UnusableModel(say("multi_adapter.two_contestants_called", name=name[:60]))
        adapted.add(name, read_changes(folder, adapted))
        chat_templates[name] = load_chat_template(model_folder, folder)
    return MultiAdapterModel(adapted, chat_templates, base_digest(model_folder), model_folder)


def load_base(folder: Path, device: str, dtype: torch.dtype | None) -> nn.Module:
    """The weights from safetensors, whole, without running any code of the folder's."""
    files = look_at(folder)
    logging.disable_progress_bar()
    try:
        parameters = sum(count_parameters(path) for path in files)
        dtype = dtype or fast_dtype(parameters)
        check_memory(parameters * dtype.itemsize)
        model, report = AutoModelForCausalLM.from_pretrained(
            str(folder), dtype=dtype, local_files_only=True, trust_remote_code=False, use_safetensors=True,
            output_loading_info=True,
        )  # fmt: skip
    except (OSError, ValueError, SafetensorError) as error:
        said = str(error).partition("\n")[0][:200]
        raise UnusableModel(say("multi_adapter.model_cannot_be_opened"), said, folder.name) from None
    if report["missing_keys"] or report["mismatched_keys"]:
        raise UnusableModel(
            say("multi_adapter.model_weights_not_complete"), say("multi_adapter.download_or_copy_again"), folder.name
        )
    model.eval().requires_grad_(False)
    loaded: nn.Module = model.to(device)
    return loaded


def count_parameters(path: Path) -> int:
    """How many numbers a safetensors file holds, read from its header."""
    with safe_open(path, framework="pt") as stored:
        return sum(torch.Size(stored.get_slice(key).get_shape()).numel() for key in stored.keys())  # noqa: SIM118


def check_memory(needed: int) -> None:
    """StudioError when so many bytes of weights do not fit beside what is running."""
    free = free_bytes()
    if needed > free:
        raise StudioError(
            say("multi_adapter.model_needs_gb_memory", needed=needed / 1000000000.0, free=max(free, 0) / 1000000000.0),
            hint=say("multi_adapter.ask_again_when_no"),
        )


def fast_dtype(parameters: int) -> torch.dtype:
    """float32 for small models; bfloat16 for larger ones where this device calculates in it."""
    return torch.bfloat16 if parameters >= SMALL and has_fast_bfloat16() else torch.float32


class MultiAdapterModel:
    """Answers of several contestants from one copy of the weights. Safe to ask from several threads.

    The contestant "prompted" is the starting model, whose chat the caller has prepared. Instructions come from the
    chat's own system message, else from the settings, else from the chat template that the adapter was trained with.
    """

    def __init__(
        self, adapted: AdaptedModel, chat_templates: Mapping[str, ChatTemplate], base: str, folder: Path
    ) -> None:
        self.contestants, self._base_folder = tuple(chat_templates), folder
        self._adapted, self._chat_templates, self._base = adapted, dict(chat_templates), base
        self._lock = threading.Lock()  # over what is kept; the model's own lock lies with its rows
        self._prefix_caches: list[tuple[str, PrefixCache]] = []
        self._digests: dict[str, tuple[object, str]] = {}
        self.context = context_length(adapted.model.config)
        precise = next(adapted.model.parameters()).dtype == torch.float32
        probe = CapabilityProbe(adapted.model, adapted.rows, precise=precise)
        self._capabilities = probe.capabilities(self._tried(BASE, TRIED[-1]))
        tried = [self._tried(name, text) for name in self.contestants for text in TRIED]
        self.together = probe.rows_are_independent(tried, self._capabilities)

    def add(self, contestant: str, folder: Path) -> None:
        """Load one adapter more, between two steps of whatever is answered meanwhile."""
        if contestant in self._chat_templates:
            raise UnusableModel(say("multi_adapter.two_contestants_called", name=contestant[:60]))
        changes, chat_template = read_changes(folder, self._adapted), load_chat_template(self._base_folder, folder)
        with self._adapted.rows.lock:
            self._adapted.add(contestant, changes)
        self._chat_templates[contestant] = chat_template
        self.contestants = (*self.contestants, contestant)

    @property
    def weight_bytes(self) -> int:
        """Of the starting model."""
        return sum(one.numel() * one.element_size() for one in self._adapted.model.parameters())

    @property
    def fallbacks(self) -> tuple[Fallback, ...]:
        """Where this model's answers take longer than promised, or come one after another."""
        again = Fallback.TURNS_READ_AGAIN if self._capabilities.supports_kv_cache else Fallback.PIECES_READ_AGAIN
        return (*([] if self._capabilities.reuses else [again]), *([] if self.together else [Fallback.ANSWERS_IN_TURN]))

    def fingerprint(self, contestant: str) -> str:
        """Twelve hex digits over the weights as they lie in memory for this contestant, and the chat template."""
        name = self._weights_of(contestant)
        tensors, chat_template = self._adapted.tensors(name), self._chat_templates[name]
        if sum(tensor.nbytes for tensor in tensors.values()) <= HASHED_BYTES:
            return fingerprint(self._base, tensors, chat_template)
        state = tuple((tensor.data_ptr(), tensor._version) for tensor in tensors.values())
        if name not in self._digests or self._digests[name][0] != state:  # gigabytes: again only after they changed
            self._digests[name] = (state, fingerprint(self._base, tensors, chat_template))
        return self._digests[name][1]

    def answer(
        self, chats: Mapping[str, Sequence[Message]], settings: Mapping[str, ReplySettings], stop: Stop
    ) -> Generator[dict[str, str], None, tuple[Reply, ...]]:
        """Texts so far by contestant, at most about 20 times a second; the generator returns the Replies."""
        rows = {name: self._row(name, chat, settings.get(name, ReplySettings())) for name, chat in chats.items()}
        digests = {name: self.fingerprint(name) for name in rows}
        going = sorted((row for row in rows.values() if not row.is_over), key=lambda row: self._place(row.name))
        shown: dict[str, str] = {}
        shown_at = float("-inf")
        for row in going:
            row.prefix_cache = self._best_prefix_cache(row)
        for group in [going] if self.together and going else [[row] for row in going]:
            for _ in self._decode(group, stop, self._store_prefix_cache):
                texts = {name: row.text for name, row in rows.items()}
                if texts != shown and time.monotonic() - shown_at >= SECONDS_BETWEEN_TEXTS:
                    shown, shown_at = texts, time.monotonic()
                    yield dict(texts)
        texts = {name: row.text for name, row in rows.items()}
        if texts != shown:
            yield texts
        return tuple(reply_of(name, row, digests[name]) for name, row in rows.items())

    def answer_all(
        self, contestant: str, chats: Sequence[Sequence[Message]], settings: ReplySettings, stop: Stop
    ) -> list[Reply]:
        """Many questions for one contestant, batched by length; the replies in the order given."""
        rows = [self._row(contestant, chat, settings) for chat in chats]
        digest = self.fingerprint(contestant)
        for group in self._batches([row for row in rows if not row.is_over]):
            if stop():
                break
            for _ in self._decode(group, stop):
                pass
        return [reply_of(contestant, row, digest) for row in rows]

    def answer_alone(self, contestant: str, chat: Sequence[Message], settings: ReplySettings) -> GenerationState:
        """One answer with the tokens that were read and written, in a batch of its own."""
        row = self._row(contestant, chat, settings)
        for _ in () if row.is_over else self._decode([row], lambda: False):
            pass
        return row

    def open_batch(self) -> "ServedBatch":
        """A decoding batch that applications' requests join and leave, on this one copy of the weights."""
        return ServedBatch(self)

    def losses(self, contestant: str, conversations: Sequence[Sequence[Message]]) -> list[Lost]:
        """The loss of the answer that ends each conversation (a lone message is a text), and its tokens."""
        name = self._weights_of(contestant)
        read = to_read(self._chat_templates[name], conversations)
        return negative_log_likelihoods(self._adapted.model, self._adapted.rows, name, read, self.context)

    def self_test(self) -> list[str]:
        """Sentences about adapters that are not what they say: identical ones, or nearer to another contestant."""
        texts = ("Hello", "What is this?", "Please tell me more about it.")
        chats = [[Message(role="user", content=text)] for text in texts]
        alone = {name: self._first_logits([name], chats) for name in self.contestants}
        mixed = self._first_logits(list(self.contestants), chats) if self.together else torch.cat(list(alone.values()))
        found = []
        for place, name in enumerate(self.contestants):
            mine = mixed[place * len(chats) : (place + 1) * len(chats)]
            for other in self.contestants[:place]:
                if torch.equal(alone[name], alone[other]):
                    found.append(
                        say("multi_adapter.alike")
                        if other == BASE
                        else say("multi_adapter.answer_exactly_alike_nothing", name=name, other=other)
                    )
            distances = {other: float((mine - alone[other]).norm()) for other in self.contestants}
            nearest = min(distances, key=lambda other: distances[other])
            if distances[nearest] < distances[name]:
                found.append(say("multi_adapter.pane_answers_as_would", name=name, nearest=nearest))
        return found

    def close(self) -> None:
        """Free the memory."""
        with self._adapted.rows.lock:
            self.contestants = ()
            self._chat_templates.clear()
            self._prefix_caches.clear()
            self._adapted = AdaptedModel(nn.Module())
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def _weights_of(self, contestant: str) -> str:
        name = BASE if contestant == "prompted" else contestant
        if name not in self._chat_templates:
            raise NotFound(
                say("multi_adapter.not_loaded", contestant=contestant[:60]),
                hint=say("multi_adapter.loaded", contestants=", ".join(self.contestants)),
            )
        return name

    def _place(self, name: str) -> int:
        return self.contestants.index(name)

    def _row(self, contestant: str, chat: Sequence[Message], settings: ReplySettings) -> GenerationState:
        name = self._weights_of(contestant)
        chat_template = self._chat_templates[name]
        if settings.instructions is not None:
            chat_template = chat_template.with_instructions(settings.instructions)
        return GenerationState(name, chat_template.prompt_ids(chat), check(settings), chat_template, self.context)

    def _tried(self, contestant: str, text: str) -> GenerationState:
        return self._row(contestant, [Message(role="user", content=text)], ReplySettings())

    def _decode(
        self,
        rows: list[GenerationState],
        stop: Stop,
        on_end: Callable[[GenerationState, PrefixCache | None], None] | None = None,
    ) -> Iterator[None]:
        try:
            yield from decode(self._batch(rows), stop, on_end)
        except torch.OutOfMemoryError:
            hint = say("multi_adapter.ask_again_when_no_run")
            raise StudioError(say("multi_adapter.there_not_enough_memory"), hint) from None

    def _batches(self, rows: list[GenerationState]) -> list[list[GenerationState]]:
        """Rows of like length together, the longest first; of equal length where padding would change an answer."""
        batches: list[list[GenerationState]] = []
        for row in sorted(rows, key=lambda row: len(row.ids), reverse=True):
            first = batches[-1][0] if batches else row
            size = len(first.ids) + first.settings.max_new_tokens
            full = not batches or len(batches[-1]) >= max(1, min(BATCH_ROWS, BATCH_TOKENS // size))
            if full or (not self.together and len(row.ids) != len(first.ids)):
                batches.append([])
            batches[-1].append(row)
        return batches

    def _best_prefix_cache(self, row: GenerationState) -> PrefixCache | None:
        with self._lock:
            mine = [prefix_cache for name, prefix_cache in self._prefix_caches if name == row.name]
        return max(mine, key=lambda prefix_cache: prefix_cache.shared(row.ids), default=None)

    def _store_prefix_cache(self, row: GenerationState, prefix_cache: PrefixCache | None) -> None:
        """Remember this row for its next turn, and forget the oldest when that takes too much memory."""
        if prefix_cache is None:
            return
        with self._lock:
            self._prefix_caches = [(name, old) for name, old in self._prefix_caches if old is not row.prefix_cache] + [
                (row.name, prefix_cache)
            ]
            while len(self._prefix_caches) > 1 and (
                len(self._prefix_caches) > PREFIX_CACHES
                or sum(old.nbytes for _, old in self._prefix_caches) > PREFIX_CACHE_BYTES
            ):
                del self._prefix_caches[0]

    def _first_logits(self, names: Sequence[str], chats: Sequence[Sequence[Message]]) -> Tensor:
        rows = [self._row(name, chat, ReplySettings()) for name in names for chat in chats]
        return self._batch(rows).prefill().float().cpu()

    def _batch(self, rows: list[GenerationState]) -> DecodingBatch:
        return DecodingBatch(self._adapted.model, self._adapted.rows, rows, self._capabilities)


class ServedBatch:
    """Requests to the contestants of a loaded model, batched as they come. For one thread, except `prepare`."""

    def __init__(self, model: MultiAdapterModel) -> None:
        self._loaded = model
        self.context = model.context
        self._batch = ContinuousBatch(
            model._adapted.model, model._adapted.rows, model._capabilities, together=model.together,
            on_end=model._store_prefix_cache,
        )  # fmt: skip

    def prepare(self, request: GenerationRequest) -> ServedGeneration:
        """The request in tokens; NotFound or WrongSetting says what it cannot be."""
        model = self._loaded
        name = model._weights_of(request.contestant)
        check(request.settings)
        return generation(request, name, model._chat_templates[name], model.context)

    def add(self, row: ServedGeneration) -> None:
        """Join at the next step, going on from what is remembered of an earlier turn."""
        row.began = time.monotonic()
        row.prefix_cache = self._loaded._best_prefix_cache(row)
        self._batch.add(row)

    def has_room(self, row: ServedGeneration) -> bool:
        """Whether it fits beside those that decode: by rows, and by the memory of the widest."""
        rows = [one for one in self._batch.rows if isinstance(one, ServedGeneration)]
        widest = max([row.most_tokens, *(one.most_tokens for one in rows)])
        return not rows or (len(rows) < BATCH_ROWS and (len(rows) + 1) * widest <= BATCH_TOKENS)

    def step(self) -> None:
        """One more token for every row. StudioError when the memory is not enough: then no row goes on."""
        try:
            self._batch.step()
        except torch.OutOfMemoryError:
            hint = say("multi_adapter.ask_again_when_no_run")
            raise StudioError(say("multi_adapter.there_not_enough_memory"), hint) from None

    def clear(self) -> None:
        """Forget every row, after a step that failed."""
        self._batch.clear()


def reply_of(contestant: str, row: GenerationState, digest: str) -> Reply:
    """What a row came to. A row that never began was stopped before its turn."""
    return Reply(
        contestant=contestant, text=row.text, tokens=len(row.new_ids), seconds=row.seconds, fingerprint=digest,
        stopped_by_itself=row.stopped_by_itself, note=row.note if row.is_over else STOPPED,
    )  # fmt: skip
