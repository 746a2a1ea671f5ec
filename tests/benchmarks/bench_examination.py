"""How fast and how exact the examination is, on generated rows whose faults are known.

    python tests/benchmarks/bench_examination.py [--rows 100000] [--plain 2000] [--short 0]

Prints processor seconds (the machine may be shared), near copies against exact counting, one edited row, the search for
near copies beside datasketch and rensa, and a straightforward datasketch + Presidio + py3langid pipeline (on `--plain`
rows, scaled) when these are installed. `--short 1000000` measures the memory of a million short rows.
"""

import argparse
import importlib.util
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from studio.data.checks.examination import examine
from studio.data.checks.pairs.copies import tied
from studio.data.columns.column_mapping import guess_mapping, make_examples
from studio.data.duplicates.near_duplicates import near_pairs
from studio.data.duplicates.neighbour_index import NeighbourIndex
from studio.data.export.text_files import write_csv
from studio.data.readers.read_file import read_table
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import Example, pair

LETTERS = "abcdefghijklmnoprstuvw"


def planted(count: int, seed: int = 7) -> tuple[list[Example], list[tuple[int, int, float]]]:
    """Rows of 50 words with planted faults, and the pairs (row, row, Jaccard) of planted near copies."""
    chance = random.Random(seed)
    known = ["".join(chance.choice(LETTERS) for _ in range(chance.randint(3, 9))) for _ in range(4_000)]
    rows: list[tuple[str, str]] = []
    near: list[tuple[int, int, float]] = []
    for number in range(1, count + 1):
        question = " ".join(chance.choice(known) for _ in range(15)) + "?"
        answer = " ".join(chance.choice(known) for _ in range(35)) + "."
        fate = chance.random()
        if fate < 0.02:
            answer += f" Write to {chance.choice(known)}@mail{chance.randint(1, 99)}.com"
        elif fate < 0.03:
            answer += f" Call +49 30 {chance.randint(1_000_000, 9_999_999)}"
        elif fate < 0.04:
            answer += " cafÃ© fÃ¼r alle"
        elif fate < 0.05 and rows:
            question, answer = chance.choice(rows)
        elif fate < 0.08 and rows:
            place = chance.randrange(len(rows))
            question, answer = rows[place]
            said = answer.rstrip(".").split()
            start, width = chance.randrange(len(said)), chance.randint(1, 10)
            said[start : start + width] = [chance.choice(known) for _ in said[start : start + width]]
            near.append((place + 1, number, jaccard(rows[place], (question, " ".join(said)))))
            answer = " ".join(said) + "."
        elif fate < 0.09 and rows:
            question = chance.choice(rows)[0]
        rows.append((question, answer))
    return [pair(number, *row) for number, row in enumerate(rows, start=1)], near


def jaccard(one: tuple[str, str], other: tuple[str, str]) -> float:
    """By counting word 3-shingles."""
    sets = []
    for row in (one, other):
        said = " ".join(row).lower().replace("?", "").replace(".", "").split()
        sets.append({tuple(said[at : at + 3]) for at in range(len(said) - 2)})
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


def seconds(work: Callable[[], object]) -> tuple[float, object]:
    """Processor time, and what came out."""
    start = time.process_time()
    made = work()
    return time.process_time() - start, made


def whole_check(path: Path) -> list[Example]:
    """What the studio does with an upload."""
    table = read_table(path, name=path.name)
    examples, _ = make_examples(table, guess_mapping(table))
    examine(examples)
    return examples


def report_near(examples: list[Example], near: list[tuple[int, int, float]]) -> None:
    """Planted pairs above 0.82 must be found, those below 0.78 must not."""
    texts = ExampleTexts(examples)
    bag = texts.pair_tokens
    took, pairs = seconds(lambda: near_pairs(bag, texts.pair_words))
    groups = tied((left + 1, right + 1) for left, right in pairs.tolist())  # type: ignore[attr-defined]
    group_of = {row: number for number, group in enumerate(groups) for row in group}
    above, below = [one for one in near if one[2] > 0.82], [one for one in near if one[2] < 0.78]
    hits, wrong = (sum(is_tied(group_of, *one[:2]) for one in some) for some in (above, below))
    print(f"near copies: recall {hits / len(above):.4f} of {len(above):,}, {wrong} of {len(below):,} below found")
    print(f"near copies, numpy: {took:.2f} s ({len(examples) / took:,.0f} rows/s)")


def is_tied(group_of: dict[int, int], left: int, right: int) -> bool:
    """Whether two rows hang together."""
    return left in group_of and group_of[left] == group_of.get(right)


def report_rivals(examples: list[Example], few: int) -> None:
    """MinHash by other people's libraries, on the first rows."""
    said = [f"{example.question} {example.answer}".lower().split() for example in examples[:few]]
    sets = [[" ".join(words[at : at + 3]) for at in range(len(words) - 2)] for words in said]
    if importlib.util.find_spec("datasketch"):
        from datasketch import MinHash, MinHashLSH

        def by_datasketch() -> None:
            index = MinHashLSH(threshold=0.8, num_perm=128)
            for place, shingles in enumerate(sets):
                sketch = MinHash(num_perm=128)
                sketch.update_batch([shingle.encode() for shingle in shingles])
                index.query(sketch)
                index.insert(str(place), sketch)

        print(f"near copies, datasketch: {few / seconds(by_datasketch)[0]:,.0f} rows/s")
    if importlib.util.find_spec("rensa"):
        from rensa import RMinHash, RMinHashLSH

        def by_rensa() -> None:
            index = RMinHashLSH(threshold=0.8, num_perm=128, num_bands=16)
            for place, shingles in enumerate(sets):
                sketch = RMinHash(num_perm=128, seed=42)
                sketch.update(shingles)
                index.query(sketch)
                index.insert(place, sketch)

        print(f"near copies, rensa: {few / seconds(by_rensa)[0]:,.0f} rows/s")


def straightforward(examples: list[Example]) -> None:
    """What a script of an afternoon does with each row."""
    import tldextract
    from datasketch import MinHash, MinHashLSH
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NoOpNlpEngine
    from py3langid import langid

    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())  # else it asks the network
    engine = NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "noop"}])
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
    index = MinHashLSH(threshold=0.8, num_perm=128)
    kinds = ["EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "IP_ADDRESS", "US_SSN"]
    for example in examples:
        text = f"{example.question} {example.answer}"
        words = text.lower().split()
        sketch = MinHash(num_perm=128)
        sketch.update_batch([" ".join(words[at : at + 3]).encode() for at in range(len(words) - 2)])
        index.query(sketch)
        index.insert(example.id, sketch)
        analyzer.analyze(text, language="en", entities=kinds)
        langid.classify(text)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--plain", type=int, default=1_000)
    parser.add_argument("--short", type=int, default=0)
    wanted = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    if wanted.short:
        chance = random.Random(1)
        rows = (f"{chance.getrandbits(40):x} {n}?,ok {chance.getrandbits(30):x}" for n in range(wanted.short))
        (folder / "short.csv").write_text("question,answer\n" + "\n".join(rows) + "\n")
        took, _ = seconds(lambda: whole_check(folder / "short.csv"))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f"{wanted.short:,} short rows: {took:.0f} s, peak {peak:.2f} GiB")
        return
    examples, near = planted(wanted.rows)
    write_csv(folder / "rows.csv", examples)
    took, _ = seconds(lambda: whole_check(folder / "rows.csv"))
    rate = wanted.rows / took
    print(f"whole check of {wanted.rows:,} rows: {took:.2f} s ({rate:,.0f} rows/s)")
    report_near(examples, near)
    index = NeighbourIndex(examples)
    edited = [example.with_pair(example.question + " new", example.answer) for example in examples[:20]]
    took, _ = seconds(lambda: [index.check(example) for example in edited])
    print(f"one edited row: {took / 20 * 1000:.0f} ms")
    report_rivals(examples, min(wanted.rows, 5_000))
    if importlib.util.find_spec("presidio_analyzer"):
        straightforward(examples[:5])
        took, _ = seconds(lambda: straightforward(examples[: wanted.plain]))
        print(f"straightforward: {wanted.plain / took:,.0f} rows/s; ratio {rate * took / wanted.plain:.0f}")


if __name__ == "__main__":
    main()
