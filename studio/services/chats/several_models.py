"""Versions of several starting models, asked as if they were one loaded model. Each model stays a copy of its own."""

from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import NotFound
from studio.schemas.chat import Reply, ReplySettings
from studio.schemas.example import Message
from studio.schemas.fallback import Fallback
from studio.services.engine import Engine, LoadedModel


def load_all(engine: Engine, by_model: Mapping[Path, Mapping[str, Path]],
             on_loaded: Callable[[int, int], None] = lambda done, total: None) -> LoadedModel:  # fmt: skip
    """Every starting model with its versions; several of them side by side. `on_loaded` hears how many of how many are
    there before each of them, and at the end."""
    loaded: list[LoadedModel] = []
    for folder, adapters in by_model.items():
        on_loaded(len(loaded), len(by_model))
        loaded.append(engine.load_adapters(folder, adapters))
    on_loaded(len(loaded), len(by_model))
    if len(loaded) == 1:
        return loaded[0]
    owners = {name: model for model, adapters in zip(loaded, by_model.values(), strict=True) for name in adapters}
    return SeveralModels(loaded, owners)


class SeveralModels:
    """Keeps the promises of a `LoadedModel`; they answer one model after the other."""

    together = False

    def __init__(self, loaded: Sequence[LoadedModel], owners: Mapping[str, LoadedModel]) -> None:
        self._loaded, self._owners = list(loaded), dict(owners)
        self.contestants = tuple(owners)

    @property
    def fallbacks(self) -> Sequence[Fallback]:
        """Those of all."""
        return tuple(dict.fromkeys(kind for model in self._loaded for kind in model.fallbacks))

    def fingerprint(self, contestant: str) -> str:
        """As its own model says."""
        return self._of(contestant).fingerprint(contestant)

    def answer(
        self,
        chats: Mapping[str, Sequence[Message]],
        settings: Mapping[str, ReplySettings],
        stop: Callable[[], bool],
    ) -> Generator[dict[str, str], None, tuple[Reply, ...]]:
        """Texts so far of all; the generator returns the Replies in the order of the chats."""
        texts: dict[str, str] = {}
        replies: list[Reply] = []
        for model in self._loaded:
            mine = {name: chat for name, chat in chats.items() if self._of(name) is model}
            if not mine:
                continue
            streaming = model.answer(mine, {name: settings[name] for name in mine if name in settings}, stop)
            while True:
                try:
                    texts |= next(streaming)
                except StopIteration as finished:
                    replies += finished.value
                    break
                yield dict(texts)
        return tuple(sorted(replies, key=lambda reply: list(chats).index(reply.contestant)))

    def answer_all(
        self,
        contestant: str,
        chats: Sequence[Sequence[Message]],
        settings: ReplySettings,
        stop: Callable[[], bool],
    ) -> list[Reply]:
        """As its own model answers."""
        return self._of(contestant).answer_all(contestant, chats, settings, stop)

    def losses(self, contestant: str, conversations: Sequence[Sequence[Message]]) -> list[tuple[float, int]]:
        """As its own model finds."""
        return self._of(contestant).losses(contestant, conversations)

    def self_test(self) -> list[str]:
        """What each finds about its own versions."""
        return [said for model in self._loaded for said in model.self_test()]

    def close(self) -> None:
        """Free the memory of all."""
        for model in self._loaded:
            model.close()

    def _of(self, contestant: str) -> LoadedModel:
        if contestant not in self._owners:
            raise NotFound(
                say("labels.not_loaded", name=contestant[:60]), hint=say("labels.loaded", names=self.contestants)
            )
        return self._owners[contestant]
