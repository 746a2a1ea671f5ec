"""How many personal details are found without a model, and how many of those found are none: on our own sentences.

`python tests/benchmarks/bench_personal.py --misses` also prints each sentence that comes out otherwise than it should.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from studio.data.privacy.candidates import find_candidates
from tests.data.personal_sentences import HARMLESS, PERSONAL


def main() -> None:
    """Print recall, precision and the share of harmless sentences that are left alone."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--misses", action="store_true")
    show = parser.parse_args().misses
    right = wrong = wanted = alone = 0
    for text, pieces in [*PERSONAL, *((text, "") for text in HARMLESS)]:
        expected = set(filter(None, pieces.split("|")))
        found = {one.value for one in find_candidates(text, is_asked=True)}
        right, wrong, wanted = right + len(found & expected), wrong + len(found - expected), wanted + len(expected)
        alone += not expected and not found
        if show and found != expected:
            print(f"{text!r}: found {sorted(found)}, expected {sorted(expected)}")
    print(f"recall {right / wanted:.1%} of {wanted}; precision {right / (right + wrong):.1%}; ", end="")
    print(f"{alone} of {len(HARMLESS)} harmless sentences left alone")


if __name__ == "__main__":
    main()
