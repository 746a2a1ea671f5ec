"""The sentences about what is in the examples: what there is much of, what there is little of, and what that means."""

from collections.abc import Sequence

from studio.schemas.profile import DatasetProfile, Difficulty, GroupContrast, GroupMention, Topic
from studio.web.copy.common import count, short

FEW = 10
MOST_BARS = 10
SHOWN_TRIED = 3
REST = "all others"
NO_TOPIC = "no topic"
TITLE = "What is in your examples"
LEAD = "Counted, not judged. A model learns what it sees often, and hardly learns what it sees seldom."
PEOPLE_NOTE = (
    "Counted with lists of words in English, German, French and Spanish: they find words, not meanings, and miss what "
    "is said otherwise. From 20 rows on, refusals and labels are compared with the rows that do not mention the group."
)
DIFFICULTY_LEAD = (
    "Up to 60 of the examples to learn from are put to the starting model, before any teaching. "
    "The exam is not touched."
)
DIFFICULTY_ASK = "Ask the starting model"
FORMS = {
    "JSON": "JSON", "code": "with code", "list": "lists", "paragraphs": "several paragraphs", "label": "a word or two",
    "one sentence": "one sentence", "sentences": "several sentences", "empty": "empty",
}  # fmt: skip
TABLES = "The same as tables"


def measured(picture: DatasetProfile) -> str:
    """On how many rows the picture rests."""
    if picture.looked_at < picture.rows:
        return f"{LEAD} Measured on {picture.looked_at:,} of the {picture.rows:,} rows, evenly taken."
    return LEAD


def of_ten(part: int, whole: int) -> str:
    """`9 of 10`, `1 in 25`, `all`; never a rounding that says all or none where it is not so."""
    if part == whole:
        return "all"
    tenths = round(10 * part / whole)
    if 1 <= tenths <= 9:
        return f"{tenths} of 10"
    return "more than 9 of 10" if tenths else f"1 in {round(whole / part):,}" if part else "none"


def percent(part: int, whole: int) -> str:
    """A whole percentage; less than one is said so."""
    share = 100 * part / max(1, whole)
    return "under 1%" if 0 < share < 1 else f"{share:.0f}%"


def name_of(topic: Topic) -> str:
    """A topic by its key terms."""
    return ", ".join(short(term, 24) for term in topic.terms)


# What they are about


def about(picture: DatasetProfile) -> tuple[str, str]:
    """What the questions are about: the headline, and what there is too much or too little of."""
    topics, whole = picture.topics, picture.looked_at
    if not topics:
        return "What they are about", "The questions share too few words to be grouped."
    top = topics[0]
    most = of_ten(top.count, whole)
    if top.count == whole:
        head = f"All are about “{name_of(top)}”"
    elif top.count >= 0.35 * whole:
        head = f"{most[0].upper()}{most[1:]} are about “{name_of(top)}”"
    elif top.count >= 2 * topics[-1].count:
        head = f"The largest topic is “{name_of(top)}”: {percent(top.count, whole)}"
    else:
        head = f"{count(len(topics), 'topic')}, about equally large"
    return head, rare_topics(picture) or "No topic is so small that little could be learned about it."


def rare_topics(picture: DatasetProfile) -> str:
    """Topics with few examples, by name."""
    few = [topic for topic in reversed(picture.topics) if topic.count < FEW]
    if not few:
        return ""
    named = ", ".join(f"“{name_of(topic)}” ({count(topic.count, 'row')})" for topic in few[:3])
    more = f" and {count(len(few) - 3, 'more topic')}" if len(few) > 3 else ""
    return f"Only a few rows are about {named}{more}: the model will be weak there. Add examples if they matter."


def topic_bars(picture: DatasetProfile) -> tuple[list[tuple[str, int]], int]:
    """The largest topics, then the smaller ones together and what has none; and how many bars are such remainders."""
    shown = [(name_of(topic), topic.count) for topic in picture.topics[:MOST_BARS]]
    smaller = picture.topics[MOST_BARS:]
    rest = [(count(len(smaller), "smaller topic"), sum(topic.count for topic in smaller))] if smaller else []
    rest += [(NO_TOPIC, picture.without_topic)] if picture.without_topic and shown else []
    return [*shown, *rest], len(rest)


# How they are answered


def answered(picture: DatasetProfile) -> tuple[str, str]:
    """Labels, or how the answers begin."""
    whole = picture.looked_at
    if picture.labels:
        top, most = picture.labels[0]
        least_name, least = picture.labels[-1]
        if picture.label_count > len(picture.labels):
            even = f"“{short(top, 30)}” comes most often: {percent(most, whole)} of the answers."
            return f"{picture.label_count:,} different labels", even
        if most < 1.5 * least:
            return f"{count(picture.label_count, 'label')}, about equally often", "None is left behind."
        return (
            f"“{short(top, 30)}” is the answer in {percent(most, whole)}",
            f"“{short(least_name, 30)}” is the rarest ({count(least, 'row')}). A model leans to what it saw often.",
        )
    if not picture.answer_openings:
        return "How the answers begin", "There are no answers yet."
    top, most = picture.answer_openings[0]
    if most >= 0.2 * whole:
        return (
            f"{of_ten(most, whole).capitalize()} answers begin with “{short(top, 30)}”",
            "The model will begin so, too. That is right for a fixed form, and stiff for a conversation.",
        )
    return "The answers begin in many ways", f"The commonest beginning, “{short(top, 30)}”, has {count(most, 'row')}."


def answer_bars(picture: DatasetProfile) -> tuple[list[tuple[str, int]], int]:
    """Labels or beginnings, then all others together; and how many bars are such remainders.

    Beginnings of which none comes three times are no picture.
    """
    if not picture.labels and max((number for _, number in picture.answer_openings), default=0) < 3:
        return [], 0
    shown = [(short(name, 32), number) for name, number in (picture.labels or picture.answer_openings)[:MOST_BARS]]
    others = picture.looked_at - sum(number for _, number in shown)
    rest = [(REST, others)] if others > 0 and shown else []
    return [*shown, *rest], len(rest)


def long_(picture: DatasetProfile) -> tuple[str, str]:
    """How long questions and answers are."""
    name, _, most = max(picture.lengths, key=lambda bin: bin[2])
    spread, whole = picture.answer_words, picture.looked_at
    head = f"Half of the answers have {spread.quarter:,} to {spread.three_quarters:,} words"
    if spread.quarter == spread.three_quarters:
        head = f"Most answers have {count(spread.middle, 'word')}"
    said = f"The longest has {count(spread.largest, 'word')}."
    if most >= 0.8 * whole:
        said += f" {of_ten(most, whole).capitalize()} have {name} words: the model will write so much, too."
    seldom = [f"{name} words ({said_:,})" for name, _, said_ in picture.lengths if 0 < said_ < min(FEW, 0.05 * whole)]
    if seldom:
        said += f" Rare: {', '.join(seldom)}."
    return head, said


def languages(picture: DatasetProfile) -> str:
    """Which languages there are."""
    told = sum(number for _, number in picture.languages)
    unknown = f" {count(picture.language_unknown, 'row')} too short to tell." if picture.language_unknown else ""
    if not told:
        return "Language: the rows are too short to tell."
    if len(picture.languages) == 1:
        return f"Language: {picture.languages[0][0]} wherever it can be told.{unknown}"
    top, most = picture.languages[0]
    others = ", ".join(f"{name} ({number:,})" for name, number in picture.languages[1:4])
    return (
        f"Language: {top} in {of_ten(most, told)}; also {others}.{unknown} A language with few rows is learned badly."
    )


# Who is mentioned


def people(picture: DatasetProfile) -> tuple[str, str]:
    """Which groups of people are mentioned, and what goes with a mention."""
    if not picture.mentions:
        return "No group of people is mentioned", PEOPLE_NOTE
    top = picture.mentions[0]
    head = f"Mentioned most: {top.group} ({count(top.rows, 'row')})"
    told = [sentence for mention in picture.mentions if (sentence := contrast(mention))]
    return head, " ".join([*told, PEOPLE_NOTE])


def contrast(mention: GroupMention) -> str:
    """What differs in rows that mention a group: the largest difference, if it is more than chance."""
    differing = [one for one in mention.contrasts if one.differs]
    if not differing:
        return ""
    one = max(differing, key=lambda each: abs(each.here - each.elsewhere))
    what = "refusals" if one.what == "refusal" else f"“{short(one.what, 40)}”"
    return (
        f"Rows that mention {mention.group} have {what} in {one.here:.0%}, other rows in {one.elsewhere:.0%}: "
        "more than chance. Is that right?"
    )


def people_table(picture: DatasetProfile) -> list[tuple[str, str, str, str]]:
    """Group, rows, words, and what goes with them."""
    return [
        (mention.group, f"{mention.rows:,}", ", ".join(f"{word} {number:,}" for word, number in mention.words),
         goes_with(mention.contrasts, mention.rows))
        for mention in picture.mentions
    ]  # fmt: skip


def goes_with(contrasts: Sequence[GroupContrast], rows: int) -> str:
    """Refusals and the label that differs most, or that it cannot be told."""
    if not contrasts:
        return "too few rows to tell" if rows < 20 else "nothing to compare"
    most = max(contrasts, key=lambda one: abs(one.here - one.elsewhere))
    what = "refusals" if most.what == "refusal" else short(most.what, 40)
    verdict = "" if most.differs else " (could be chance)"
    return f"{what}: {most.here:.0%}, elsewhere {most.elsewhere:.0%}{verdict}"


PEOPLE_HEADERS = ("Mentioned", "Rows", "Words", "What goes with it")


# What makes examples good


def consistency(picture: DatasetProfile) -> list[str]:
    """How alike the answers are in form and manner."""
    whole, manner, said = picture.looked_at, picture.manner, []
    if picture.forms:
        form, most = picture.forms[0]
        others = ", ".join(f"{FORMS[name]} {number:,}" for name, number in picture.forms[1:4])
        said.append(f"Form: {FORMS[form]} in {of_ten(most, whole)}" + (f"; also {others}." if others else "."))
    addressed = manner.formal + manner.familiar + manner.mixed
    if addressed:
        mixed = f", and {count(manner.mixed, 'answer mixes', 'answers mix')} both" if manner.mixed else ""
        said.append(f"Address: formal in {manner.formal:,} answers, familiar in {manner.familiar:,}{mixed}."
                    + (" The model will do both: choose one." if min(manner.formal, manner.familiar) or manner.mixed
                       else ""))  # fmt: skip
    if not picture.labels:
        said += [habit("A greeting or thanks first", manner.greeting, whole),
                 habit("A closing line", manner.closing, whole),
                 habit("Exclamation marks", manner.exclaiming, whole)]  # fmt: skip
    spread = picture.answer_words
    if spread.quarter and spread.three_quarters >= 3 * spread.quarter:
        said.append(f"Length: a quarter has at most {spread.quarter:,} words, a quarter {spread.three_quarters:,} or "
                    "more. The model cannot know which you want.")  # fmt: skip
    elif spread.quarter == spread.three_quarters:
        said.append(f"Length: even, {count(spread.middle, 'word')} for the middle half.")
    else:
        said.append(f"Length: even, {spread.quarter:,} to {spread.three_quarters:,} words for the middle half.")
    return said


def habit(what: str, number: int, whole: int) -> str:
    """How many answers do something; where only some do, the model cannot know when."""
    uneven = " The model cannot know when." if 0.2 <= number / max(1, whole) <= 0.8 else ""
    return f"{what}: in {of_ten(number, whole)}.{uneven}"


def coverage(picture: DatasetProfile) -> list[str]:
    """How varied the questions are."""
    near, whole = picture.neighbours, picture.looked_at
    said = [f"{picture.distinct_questions:,} of {whole:,} questions are different; they begin in "
            f"{count(picture.distinct_openings, 'way')}."]  # fmt: skip
    if picture.topics:
        largest = percent(picture.topics[0].count, whole)
        none = f"; {count(picture.without_topic, 'row')} in none" if picture.without_topic else ""
        said.append(f"The largest of {count(len(picture.topics), 'topic')} has {largest} of the rows{none}.")
    if near.asked > 1:
        twins, related, alone = (of_ten(number, near.asked) for number in (near.twins, near.related, near.alone))
        said.append(
            f"{twins[0].upper()}{twins[1:]} questions have the key words of another one, "
            f"{related} share some with one, {alone} stand alone."
        )
        if near.twins > 0.5 * near.asked:
            said.append("Many ask the same in other words: good for sureness, little for breadth.")
        if near.alone > 0.5 * near.asked:
            said.append("Most questions stand alone: the model sees each topic once. Add a few more of each kind.")
    few = sum(topic.count < FEW for topic in picture.topics)
    return [*said, f"{count(few, 'topic has', 'topics have')} fewer than {FEW} rows."] if few else said


def difficulty(found: Difficulty) -> list[str]:
    """What the starting model answers already."""
    known = found.same + found.close
    said = [
        f"Of {count(found.asked, 'example')} it answered {found.same:,} in the expert’s words, "
        f"and {found.close:,} nearly so (60 or more of 100 alike, groups of letters compared: chrF). The middle "
        f"one is {found.middle:.0f} alike."
    ]
    if found.stopped:
        said.append("It was stopped early: only these were asked.")
    if found.asked < 20:
        said.append("Too few to tell more.")
    elif known > 0.7 * found.asked:
        said.append("Most is known already: teaching can add little here, except what these answers have in common.")
    elif not known:
        said.append("None is known yet: there is everything to learn, and the answers must teach it all.")
    else:
        said.append("The rest is new to it: that is what teaching is for.")
    return said


def asking(done: int, total: int) -> str:
    """Progress."""
    return f"Asked {done:,} of {total:,}." if total else "It starts in a moment."


# A test file


TEST_TITLE = "Check a test file against these examples"
TEST_LEAD = "Have you a file to test the model with? Rows in both would make every result look too good."
TAKE_OUT = "Take these rows out of the examples"
SHOWN_PAIRS = 12
HOW = {
    "question": "the same question, or nearly",
    "question_and_answer": "question and answer nearly the same",
    "group": "belong together (same group)",
}


def pair_label(row: int, other: int, how: str) -> str:
    """Which two rows, and in what they are alike."""
    return f"Row {row:,} here, row {other:,} there: {HOW[how]}"


def more_pairs(number: int) -> str:
    """How many pairs are not shown."""
    return f"{count(number, 'more pair')} not shown." if number > 0 else ""


TAKEN_OUT = "They are taken out. Undo above brings them back."
SEE_ROW = "See a row as the model reads it"
SEE_ROW_INFO = "Its number in the first column of the table."
