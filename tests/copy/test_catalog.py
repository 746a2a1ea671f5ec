"""Every sentence that is said has words, with the right facts; and a second language changes every one of them."""

import ast
import re
import string
import tomllib
from pathlib import Path

import pytest

from studio.copy.catalog import Phrases, flat, has, say, speaking, templates
from studio.copy.pseudo import FIRST, LAST, PSEUDO, pseudo
from studio.schemas.report import GuardResult
from studio.schemas.sentence import Sentence

STUDIO = Path(__file__).resolve().parents[2] / "studio"
ENGLISH = templates("en")


def test_numbers_bring_the_word_that_fits_them() -> None:
    with speaking("en", {"toy": "{rows:#row|rows} {rows:?is|are} left out, {share:.0%} of all"}):
        assert say("toy", rows=1, share=0.5) == "1 row is left out, 50% of all"
        assert say("toy", rows=2000, share=0.25) == "2,000 rows are left out, 25% of all"


def test_phrases_are_the_words_under_one_key() -> None:
    with speaking("en", {"toy.one": "first", "toy.two": "second", "toys": "others"}):
        toy = Phrases("toy")
        assert dict(toy) == {"one": "first", "two": "second"} and toy.get("three") is None
    assert not toy


def test_no_key_stands_in_two_files() -> None:
    found: dict[str, str] = {}
    for path in sorted((STUDIO / "copy" / "en").rglob("*.toml")):
        for key, _ in flat("", tomllib.loads(path.read_text(encoding="utf-8"))):
            assert key not in found, f"{key} stands in {found[key]} and in {path.name}"
            found[key] = path.name


def test_a_sentence_that_nobody_wrote_and_a_fact_that_is_missing_are_surprises() -> None:
    with pytest.raises(KeyError):
        say("no.such.sentence")
    with pytest.raises(KeyError):
        say("compared.alike")
    with pytest.raises(KeyError), speaking("../en"):
        say("advice.USE")


def test_facts_name_a_measure_in_the_language_of_the_reader() -> None:
    told = Sentence.of("verdict.not_for_metric", metric=Sentence.of("metric.stops"))
    assert str(told) == "work where “Stops by itself” matters"
    with speaking(PSEUDO):
        assert "Ŝtôpŝ bý îtŝélf" in str(told) and "Stops" not in str(told)
    assert Sentence.model_validate_json(told.model_dump_json()) == told


def test_a_record_is_shown_in_the_language_of_the_reader_and_kept_as_it_was_written() -> None:
    guard = GuardResult(name="safety", state="pass", said=(Sentence.of("guard.could_be_luck"),))
    with speaking(PSEUDO):
        assert guard.text.startswith(FIRST) and guard.sentence == "That is worse, but it could be luck."


def test_a_record_of_an_older_studio_is_shown_as_it_was_written() -> None:
    assert GuardResult(name="safety", state="pass", sentence="As before.").text == "As before."
    gone = GuardResult(name="safety", state="pass", sentence="As before.", said=(Sentence.of("gone.key"),))
    assert gone.text == "As before."


def test_a_second_language_changes_every_word_and_keeps_every_fact() -> None:
    def facts(template: str) -> list[str]:
        return [field for _, field, _, _ in string.Formatter().parse(template) if field]

    def words(template: str) -> str:
        return "".join(text for text, _, _, _ in string.Formatter().parse(template))

    for key, template in ENGLISH.items():
        other = pseudo(template)
        assert facts(other) == facts(template) and other.startswith(FIRST) and other.endswith(LAST)
        still = [word for word in re.findall(r"[A-Za-z]{4,}", words(template)) if word in words(other)]
        assert not still, f"{key} still says {still}"


def keys_in(path: Path) -> list[str]:
    """Keys that a file names whole: `say("a.b")`, `Sentence.of("a.b")`."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = ast.unparse(node.func)
            if name in ("say", "has", "Sentence.of") and isinstance(node.args[0].value, str):
                found.append(node.args[0].value)
    return found


def test_every_sentence_that_the_code_names_has_words() -> None:
    named = {key: path for path in STUDIO.rglob("*.py") for key in keys_in(path)}
    assert len(named) > 500
    missing = {key: path.name for key, path in named.items() if not has(key)}
    assert not missing


def test_the_titles_of_choices_fit_on_one_line_since_the_first_line_is_drawn_bold() -> None:
    titles = {kind: text.partition("\n")[0] for kind, text in Phrases("take_home.kind").items()}
    assert titles and {kind: title for kind, title in titles.items() if len(title) > 33} == {}
