"""Records that are told in sentences: a headline, and what follows it."""

from studio.schemas.sentence import Sentence, SentenceText


def test_the_first_sentence_is_the_headline_and_the_rest_follows() -> None:
    told = SentenceText().telling(
        Sentence.of("finding.conflicts.sentence", count=2), Sentence.of("finding.possible.not")
    )
    assert told.text == f"{told.headline} {told.further}"
    assert told.headline == str(told.said[0]) and told.further == str(told.said[1])


def test_what_an_older_studio_wrote_is_all_headline() -> None:
    old = SentenceText(said=(Sentence(key="gone.long.ago"),), sentence="Three rows. They are short.")
    assert old.headline == old.text == "Three rows. They are short." and not old.further
