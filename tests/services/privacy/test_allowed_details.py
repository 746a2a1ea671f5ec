"""What a project calls not private holds for ever; the same detail gets the same placeholder, and nobody else does."""

import csv
from pathlib import Path

import pytest

from studio.errors import StudioError, WrongSetting
from studio.services.datasets.dataset_view import DatasetView
from studio.services.studio import Studio
from studio.settings import Settings
from tests.fake_engine import FakeEngine

CALM = [(f"What about thing {word}?", f"It is {word} and that is all.") for word in "abcdefghijklmnopqrst"]


@pytest.fixture
def bring(studio: Studio, tmp_path: Path):  # type: ignore[no-untyped-def]
    def do(*answers: str, fixes: tuple[str, ...] = ()) -> DatasetView:
        path = tmp_path / "table.csv"
        with path.open("w", newline="", encoding="utf-8") as stream:
            rows = [(f"Who helps with matter number {n}, please?", said) for n, said in enumerate(answers)]
            csv.writer(stream).writerows([("question", "answer"), *rows, *CALM])
        return studio.imports.import_file(path, "house", by="ana", fixes=fixes)

    return do


def answers(view: DatasetView, many: int) -> list[str]:
    return [example.answer for example in view.examples[:many]]


def private_rows(view: DatasetView) -> tuple[int, ...]:
    return next((finding.rows for finding in view.findings if finding.kind == "private_details"), ())


def test_an_allowed_detail_is_private_in_no_row_and_in_no_later_table(studio: Studio, bring) -> None:  # type: ignore[no-untyped-def]
    first = bring("Write to help@house.com.", "Write HELP@house.com or ana@b.org.")
    assert private_rows(first) == (1, 2)
    added = studio.allowed.add("house", "help@house.com", "ana")
    assert (added.kind, added.by, studio.allowed.add("house", "Help@House.com", "bo")) == ("email", "ana", added)
    assert private_rows(studio.examples.view("house", first.id)) == (2,)
    later = bring("Ask help@house.com first.", "Ask bo@b.org.", fixes=("private_details",))
    assert answers(later, 2) == ["Ask help@house.com first.", "Ask [EMAIL_1]."]


def test_it_can_be_called_private_again(studio: Studio, bring) -> None:  # type: ignore[no-untyped-def]
    view = bring("Call +49 (0)30 123-4567.")
    studio.allowed.add("house", "+49 30 1234567", "ana")
    assert private_rows(studio.examples.view("house", view.id)) == ()
    studio.allowed.remove("house", "+49 30 1234567", "ana")
    assert private_rows(studio.examples.view("house", view.id)) == (1,)
    with pytest.raises(StudioError, match="Nobody called this one not private"):
        studio.allowed.remove("house", "+49 30 1234567", "ana")


def test_words_that_are_no_detail_are_refused(studio: Studio, bring) -> None:  # type: ignore[no-untyped-def]
    bring("Call +49 30 1234567.")
    with pytest.raises(StudioError, match="no detail that the studio looks for"):
        studio.allowed.add("house", "our kitchen", "ana")


def test_the_same_detail_gets_the_same_placeholder_next_year(bring) -> None:  # type: ignore[no-untyped-def]
    first = bring("Ask ana@b.org.", "Ask bo@b.org.", fixes=("private_details",))
    later = bring("Ask cy@b.org.", "Ask Bo@b.org.", fixes=("private_details",))
    assert answers(first, 2) == ["Ask [EMAIL_1].", "Ask [EMAIL_2]."]
    assert answers(later, 2) == ["Ask [EMAIL_3].", "Ask [EMAIL_2]."]


def test_a_placeholder_whose_row_is_gone_is_not_given_to_somebody_else(studio: Studio, bring) -> None:  # type: ignore[no-untyped-def]
    view = bring("Ask ana@b.org.", "Nobody.")
    studio.examples.fix("house", view.id, "private_details", by="ana")
    studio.examples.remove("house", view.id, ["r1"], by="ana")
    studio.examples.edit("house", view.id, "r2", by="ana", question="Who else could help?", answer="Ask bo@b.org.")
    done = studio.examples.fix("house", view.id, "private_details", by="ana")
    assert answers(done, 1) == ["Ask [EMAIL_2]."]


def test_no_detail_is_written_beside_its_placeholder(studio: Studio, bring) -> None:  # type: ignore[no-untyped-def]
    bring("Ask ana@b.org or call +49 30 1234567.", fixes=("private_details",))
    folder = studio.home.project_folder("house")
    written = (folder / "placeholders.jsonl").read_text(encoding="utf-8")
    assert "EMAIL:" in written and "PHONE:" in written
    assert "ana" not in written and "1234567" not in written
    key = studio.home.path / "details.key"
    assert (key.stat().st_mode & 0o777, len(key.read_bytes())) == (0o600, 32)
    assert not list(folder.rglob("details.key"))


def test_bare_ids_count_once_their_country_is_chosen(studio: Studio, bring) -> None:  # type: ignore[no-untyped-def]
    view = bring("It says 111222333 there.")
    assert private_rows(view) == ()
    studio.allowed.choose_countries("house", ["NL", "DE"], "ana")
    assert studio.allowed.countries("house") == ("DE", "NL")
    assert private_rows(studio.examples.view("house", view.id)) == (1,)
    with pytest.raises(WrongSetting, match="No ids are known for “XX”"):
        studio.allowed.choose_countries("house", ["XX"], "ana")


def test_each_kind_has_its_way_at_the_command_line(bring) -> None:  # type: ignore[no-untyped-def]
    said = ("Ask ana@b.org or +49 30 1234567.", "Pay with 4111 1111 1111 1111.")
    view = bring(*said, fixes=("private_details=leave,email=fake,card=drop",))
    assert answers(view, 1) == ["Ask person1@example.org or +49 30 1234567."]
    assert view.card.dropped == {"private_details": 1}
    everything = bring(*said, fixes=("all", "private_details=phone=leave"))
    assert answers(everything, 2) == ["Ask [EMAIL_1] or +49 30 1234567.", "Pay with [CARD_1]."]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("private_details=burn", "“burn” cannot be done to a private detail"),
        ("private_details=shoe=mask", "“shoe” is no kind of private detail"),
        ("private_details=email=mask,email=drop", "“email” was chosen twice"),
        ("secret=fake", "“fake” is no way to fix “secret”"),
        ("markup=mask", "“mask” is no way to fix “markup”"),
        ("nonsense=mask", "There is no finding called “nonsense”"),
    ],
)
def test_nonsense_is_refused_before_anything_is_made(studio: Studio, bring, word: str, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(WrongSetting, match=said):
        bring("Ask ana@b.org.", fixes=(word,))
    assert studio.home.all_projects() == []


def test_deciding_by_kind_leaves_nothing_to_ask_again(studio: Studio, bring) -> None:  # type: ignore[no-untyped-def]
    view = bring("Ask ana@b.org or +49 30 1234567.", "Call +49 30 7654321.", "Pay with 4111 1111 1111 1111.")
    finding = next(one for one in view.findings if one.kind == "private_details")
    assert finding.parts == {"email": (1,), "phone": (1, 2), "card": (3,)}
    done = studio.allowed.decide("house", view.id, "email=fake,phone=leave,card=drop", "ana")
    assert answers(done, 2) == ["Ask person1@example.org or +49 30 1234567.", "Call +49 30 7654321."]
    assert (private_rows(done), [one.action for one in done.decisions]) == ((), ["fix", "dismiss"])
    with pytest.raises(StudioError, match="no private details left"):
        studio.allowed.decide("house", view.id, "mask", "ana")


def test_leaving_all_is_a_decision_too(studio: Studio, bring) -> None:  # type: ignore[no-untyped-def]
    view = bring("Ask ana@b.org.")
    done = studio.allowed.decide("house", view.id, "leave", "ana")
    assert (answers(done, 1), private_rows(done), len(done.decisions)) == (["Ask ana@b.org."], (), 1)


def test_the_most_frequent_details_are_shown_first(studio: Studio, bring) -> None:  # type: ignore[no-untyped-def]
    view = bring("Ask ana@b.org.", "Ask help@house.com.", "No, ask Help@house.com.")
    spots = next(one.spots for one in view.findings if one.kind == "private_details")
    by_row = {example.row: example for example in view.examples}
    assert [(by_row[s.row].messages[s.turn].content[s.start : s.end], s.rows) for s in spots] == [
        ("help@house.com", 2), ("ana@b.org", 1),
    ]  # fmt: skip


def test_an_edited_row_is_told_by_kind_at_once(studio: Studio, bring) -> None:  # type: ignore[no-untyped-def]
    view = bring("Ask ana@b.org.", "Ask bo@b.org.", "Nobody can help here.")
    studio.examples.edit("house", view.id, "r1", by="ana", question="Who helps?", answer="Pay 4111 1111 1111 1111.")
    finding = next(f for f in studio.examples.view("house", view.id).findings if f.kind == "private_details")
    assert finding.parts == {"card": (1,), "email": (2,)}
    assert finding.sentence == "2 rows hold private details: card number (1), e-mail address (1)."


def test_names_are_looked_for_when_asked_and_masked_alike(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", offline=True, name_finder=tmp_path / "model")
    studio = Studio(settings, FakeEngine(steps=8, pause=0.0))
    path = tmp_path / "table.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        said = [("Who?", "Please ask for Mia Berg today."), ("And then?", "Again, ask for Mia Berg; Mia Berg knows.")]
        csv.writer(stream).writerows([("question", "answer"), *said, *CALM])
    view = studio.imports.import_file(path, "house", by="ana")
    assert private_rows(view) == ()
    seen = studio.allowed.look_for_names("house", view.id, "ana")
    assert next(one.parts for one in seen.findings if one.kind == "private_details") == {"name": (1, 2)}
    done = studio.allowed.decide("house", view.id, "name=mask", "ana")
    assert answers(done, 2) == ["Please ask for [NAME_1] today.", "Again, ask for [NAME_1]; [NAME_1] knows."]
    assert private_rows(done) == ()
    studio.close()


def test_without_a_name_finder_it_says_how_to_have_one(studio: Studio, bring) -> None:  # type: ignore[no-untyped-def]
    view = bring("Ask for Mia Berg.")
    assert not studio.allowed.finds_names
    with pytest.raises(StudioError, match="not looked for") as error:
        studio.allowed.look_for_names("house", view.id, "ana")
    assert "name_finder" in error.value.hint
