"""What a person can do with a starting model here, as one sentence on its card."""

from collections.abc import Sequence

from studio.copy.catalog import say
from studio.copy.quantities import beside_others, duration, roughly, size
from studio.models.devices import QUIET
from studio.schemas.example import Example
from studio.schemas.model import Foretold, Length, ModelEntry, Standing

NIGHT_SECONDS = 10 * 3600.0
MOST_OF_FREE = 0.8  # of the free memory: what needs more is not advised, since others want some and it changes
LETTERS_PER_PIECE = 4  # of English text; other languages have fewer
LAYOUT_PIECES = 12  # of a chat layout around a question and an answer
LEARNED_SHARE = 0.8  # the rest is for the practice check and the exam
BFLOAT16 = 2  # bytes a number


def lengths_by_letters(examples: Sequence[Example]) -> list[Length]:
    """About how many pieces of words the examples have that are learned, before any tokenizer is opened."""

    def length(example: Example) -> Length:
        answer = len(example.answer) // LETTERS_PER_PIECE + 1
        asked = sum(len(message.content) for message in example.messages) // LETTERS_PER_PIECE - answer
        return Length(max(0, asked) + LAYOUT_PIECES, max(0, asked) + LAYOUT_PIECES + answer)

    learned = max(1, round(LEARNED_SHARE * len(examples)))
    return [length(example) for example in examples[:learned]]


def standing_of(entry: ModelEntry, told: Foretold, whose: str, *, offline: bool, speed: float) -> tuple[Standing, str]:
    """`whose`: in words, the rows that `told` is about. `speed`: bytes a second of the last download, 0.0 if there was
    none."""
    if told.needs_bytes > told.free_bytes:
        needs, free = size(told.needs_bytes), size(told.free_bytes)
        return Standing.TOO_LARGE, say(f"card.too_large{'' if told.on_card else '_no'}_card", needs=needs, free=free)
    time = duration(None) if told.seconds is None else roughly(told.seconds)
    if not entry.folder:
        if offline and not entry.gguf:
            return Standing.OFFLINE, say("card.offline")
        first = unpacking(entry) if entry.gguf else downloading(entry, speed)
        return Standing.AWAY, " ".join([first, say("card.then", whose=whose, time=time)] if told.seconds else [first])
    if told.seconds is None:
        return Standing.READY, say("card.ready_unknown")
    slow = told.seconds > NIGHT_SECONDS
    sentence = say(f"card.{'slow' if slow else 'ready'}", whose=whose, time=time)
    busy = [beside_others(told.seconds, told.free, measured=False)] if told.free < QUIET else []
    tight = [] if leaves_room(told.needs_bytes, told.free_bytes) else [say("card.tight")]
    return (Standing.SLOW if slow else Standing.READY), " ".join([sentence, *tight, *busy])


def leaves_room(needs_bytes: int, free_bytes: int) -> bool:
    """Whether a run leaves a sensible share of the free memory to everything else; where that is not known, it does."""
    return not free_bytes or needs_bytes <= MOST_OF_FREE * free_bytes


def downloading(entry: ModelEntry, speed: float) -> str:
    """What has to come first, and how long that takes at the last speed."""
    amount = entry.download_bytes or BFLOAT16 * entry.parameters
    minutes = say("card.at_last_speed", time=duration(amount / speed)) if speed > 0 else ""
    return say("card.download", size=size(amount), minutes=minutes)


def unpacking(entry: ModelEntry) -> str:
    """The same for a compressed model that lies here."""
    return say("card.unpack", size=size(BFLOAT16 * entry.parameters))
