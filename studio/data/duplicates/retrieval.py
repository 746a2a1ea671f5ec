"""The most similar known question: the look-up rival, and the solved examples that the prompted rival is shown."""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence

from studio.schemas.example import Example

WORD = re.compile(r"\w+")


def features(text: str) -> Counter[str]:
    """Words and the character 4-grams inside them, so that 'deliver' and 'delivery' are neighbours."""
    words = WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    found: Counter[str] = Counter(words)
    for word in words:
        padded = f"<{word}>"
        found.update("#" + padded[i : i + 4] for i in range(max(1, len(padded) - 3)))
    return found


class NearestExamples:
    """TF-IDF cosine over words and their 4-grams (Salton and Buckley 1988), with an inverted index."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self._examples = examples
        rows = [features(example.question) for example in examples]
        seen = Counter(feature for row in rows for feature in row)
        self._unseen = math.log(1 + len(rows))  # a word that no row has weighs as one that a single row has
        self._idf = {feature: math.log(1 + len(rows) / count) for feature, count in seen.items()}
        self._index: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, row in enumerate(rows):
            weights = self._weights(row)
            for feature, weight in weights.items():
                self._index[feature].append((number, weight))

    def _weights(self, row: Counter[str]) -> dict[str, float]:
        raw = {f: (1 + math.log(count)) * self._idf.get(f, self._unseen) for f, count in row.items()}
        length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
        return {feature: weight / length for feature, weight in raw.items()}

    def most_similar(self, question: str, count: int) -> list[Example]:
        """The nearest examples, nearest first; those that share nothing are not returned."""
        return [self._examples[number] for number, _ in self.nearest(question, count)]

    def nearest(self, question: str, count: int) -> list[tuple[int, float]]:
        """Places of the nearest examples with their cosine, 0 to 1."""
        scores: defaultdict[int, float] = defaultdict(float)
        for feature, weight in self._weights(features(question)).items():
            for number, other in self._index.get(feature, ()):
                scores[number] += weight * other
        return sorted(scores.items(), key=lambda found: (-found[1], found[0]))[:count]
