"""Since when something is otherwise, and which words the new questions have that the old ones had not."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from studio.data.duplicates.retrieval import WORD
from studio.services.watch.watch_record import Outcome

MOST_WORDS = 3
LEAST_LETTERS = 4
LEAST_SHARE = 0.15  # of the new questions have a word that is named


def since_when(outcomes: Sequence[Outcome], rate: float) -> Sequence[Outcome]:
    """The outcomes since the likeliest moment of change: Page's cumulative sum (1954), from `rate` to its double."""
    before = min(max(rate, 0.02), 0.45)
    up, down = math.log(2), math.log((1 - 2 * before) / (1 - before))
    best, total, start, from_here = -math.inf, 0.0, 0, 0
    for place, one in enumerate(outcomes):
        if total <= 0:
            total, from_here = 0.0, place
        total += up if one.against else down
        if total > best:
            best, start = total, from_here
    while start < len(outcomes) - 1 and not outcomes[start].against:
        start += 1
    return outcomes[start:]


def distinctive_words(fresh: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """At most three words of the new questions, the most telling first: frequent among them, and rare before."""
    new, old = list(map(words_of, fresh)), list(map(words_of, known))
    counts, before = Counter(word for words in new for word in words), Counter(word for words in old for word in words)

    def tells(word: str) -> float:
        """Its share among the new, times the logarithm of how much more frequent it is there."""
        share, was = counts[word] / len(new), (before[word] + 0.5) / (len(old) + 1)
        return share * math.log(share / was)

    fit = [word for word, count in counts.items() if count >= max(2, LEAST_SHARE * len(new)) and tells(word) > 0]
    return tuple(sorted(fit, key=lambda word: (-tells(word), word))[:MOST_WORDS])


def words_of(text: str) -> set[str]:
    """The longer words, small; placeholders are none."""
    plain = " ".join(part for part in text.split() if not part.startswith("["))
    return {word for word in WORD.findall(plain.casefold()) if len(word) >= LEAST_LETTERS and not word.isdigit()}


def month_day(day: date) -> str:
    """“3 November”."""
    return f"{day.day} {day:%B}"
