"""Questions that share key terms are one topic, named by them; the same rows give the same topics."""

from studio.data.profile.topics import find_topics, neighbours
from studio.schemas.profile import Topic

ITEMS = ("kettle", "lamp", "spoon", "chair", "ladder", "basket", "curtain", "bucket", "hammer", "pillow")
RETURNS = [f"May I return the {item} that I bought?" for item in ITEMS * 4]
INVOICES = [f"Where is the invoice for order {number}?" for number in range(4)]


def test_a_large_and_a_small_topic_are_told_apart_and_named() -> None:
    found = find_topics([*RETURNS, *INVOICES]).found
    assert "return" in found[0].terms and found[0].count == 40
    small = next(topic for topic in found if "invoice" in topic.terms)
    assert small.count == 4


def test_the_same_questions_give_the_same_topics() -> None:
    assert find_topics([*RETURNS, *INVOICES]).found == find_topics([*RETURNS, *INVOICES]).found


def test_one_word_in_two_numbers_is_one_term() -> None:
    found = find_topics(["My invoice is wrong", "Send invoices", "An invoice came", "Two invoices came"]).found
    assert found[0].count == 4


def test_names_keep_the_capitals_that_people_write() -> None:
    assert find_topics(["Is the IBAN right?", "Which IBAN?", "An IBAN of mine"]).found[0].terms == ("IBAN",)


def test_words_that_every_sentence_needs_are_no_topic() -> None:
    assert find_topics(["How do I do it?", "What is it?", "Can you help me?"]).found == ()


def test_two_letters_make_a_term_where_no_spaces_part_words() -> None:
    assert find_topics(["可以退货吗", "怎么退货呢", "退货多久"]).found[0] == Topic(terms=("退货",), count=3)


def test_no_questions_have_no_topics() -> None:
    assert find_topics([]).found == ()


def test_neighbours_count_twins_relatives_and_those_that_stand_alone() -> None:
    asked = ["red kettle price", "red kettle price", "blue kettle size", "garden gnome", "garden fence paint"]
    near = neighbours(find_topics(asked))
    assert (near.asked, near.twins, near.related + near.alone) == (5, 2, 3)
