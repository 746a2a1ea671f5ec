"""The sentences about what is in the examples: what there is much of, what there is little of, and what that means."""

from collections.abc import Sequence

from studio.copy.catalog import Phrases, say
from studio.schemas.profile import DatasetProfile, Difficulty, GroupContrast, GroupMention, Topic
from studio.web.copy.common import count, short

FEW = 10
MOST_BARS = 10
SHOWN_TRIED = 3


FORMS = Phrases("form")
LANGUAGES, PEOPLE = Phrases("language"), Phrases("people")


def measured(picture: DatasetProfile) -> str:
    """On how many rows the picture rests."""
    if picture.looked_at < picture.rows:
        return say(
            "profile.measured_on_rows_evenly", lead=say("profile.lead"), looked_at=picture.looked_at, rows=picture.rows
        )
    return say("profile.lead")


def of_ten(part: int, whole: int) -> str:
    """`9 of 10`, `1 in 25`, `all`; never a rounding that says all or none where it is not so."""
    if part == whole:
        return "all"
    tenths = round(10 * part / whole)
    if 1 <= tenths <= 9:
        return say("profile.10", tenths=tenths)
    return (
        say("profile.more_than_9_10")
        if tenths
        else say("profile.1", whole=round(whole / part))
        if part
        else say("profile.not_one")
    )


def percent(part: int, whole: int) -> str:
    """A whole percentage; less than one is said so."""
    share = 100 * part / max(1, whole)
    return say("data_plots.under_one") if 0 < share < 1 else f"{share:.0f}%"


def name_of(topic: Topic) -> str:
    """A topic by its key terms."""
    return ", ".join(short(term, 24) for term in topic.terms)


# What they are about


def about(picture: DatasetProfile) -> tuple[str, str]:
    """What the questions are about: the headline, and what there is too much or too little of."""
    topics, whole = picture.topics, picture.looked_at
    if not topics:
        return say("profile.what_they_about"), say("profile.questions_share_too_few")
    top = topics[0]
    most = of_ten(top.count, whole)
    if top.count == whole:
        head = say("profile.all_about", name_of=name_of(top))
    elif top.count >= 0.35 * whole:
        head = say("profile.about", most=most[0].upper(), most_2=most[1:], name_of=name_of(top))
    elif top.count >= 2 * topics[-1].count:
        head = say("profile.largest_topic", name_of=name_of(top), percent=percent(top.count, whole))
    else:
        head = say("profile.about_equally_large", topics=len(topics))
    return head, rare_topics(picture) or say("profile.no_topic_so_small")


def rare_topics(picture: DatasetProfile) -> str:
    """Topics with few examples, by name."""
    few = [topic for topic in reversed(picture.topics) if topic.count < FEW]
    if not few:
        return ""
    named = ", ".join(f"“{name_of(topic)}” ({say('count.row', number=topic.count)})" for topic in few[:3])
    more = say("profile.and", few=len(few) - 3) if len(few) > 3 else ""
    return say("profile.only_few_rows_about", named=named, more=more)


def topic_bars(picture: DatasetProfile) -> tuple[list[tuple[str, int]], int]:
    """The largest topics, then the smaller ones together and what has none; and how many bars are such remainders."""
    shown = [(name_of(topic), topic.count) for topic in picture.topics[:MOST_BARS]]
    smaller = picture.topics[MOST_BARS:]
    rest = (
        [(count(len(smaller), say("profile.smaller_topic")), sum(topic.count for topic in smaller))] if smaller else []
    )
    rest += [(say("profile.no_topic"), picture.without_topic)] if picture.without_topic and shown else []
    return [*shown, *rest], len(rest)


# How they are answered


def answered(picture: DatasetProfile) -> tuple[str, str]:
    """Labels, or how the answers begin."""
    whole = picture.looked_at
    if picture.labels:
        top, most = picture.labels[0]
        least_name, least = picture.labels[-1]
        if picture.label_count > len(picture.labels):
            even = say("profile.comes_most_often_answers", top=short(top, 30), percent=percent(most, whole))
            return say("profile.different_labels", label_count=picture.label_count), even
        if most < 1.5 * least:
            return say("profile.about_equally_often", label_count=picture.label_count), say("profile.none_left_behind")
        return (
            say("profile.answer", top=short(top, 30), percent=percent(most, whole)),
            say("profile.rarest_model_leans_what", least_name=short(least_name, 30), least=least),
        )
    if not picture.answer_openings:
        return say("profile.how_answers_begin"), say("profile.there_no_answers_yet")
    top, most = picture.answer_openings[0]
    if most >= 0.2 * whole:
        return (
            say("profile.answers_begin_with", of_ten=of_ten(most, whole).capitalize(), top=short(top, 30)),
            say("profile.model_will_begin_so"),
        )
    return say("profile.answers_begin_many_ways"), say("profile.commonest_beginning_has", top=short(top, 30), most=most)


def answer_bars(picture: DatasetProfile) -> tuple[list[tuple[str, int]], int]:
    """Labels or beginnings, then all others together; and how many bars are such remainders.

    Beginnings of which none comes three times are no picture.
    """
    if not picture.labels and max((number for _, number in picture.answer_openings), default=0) < 3:
        return [], 0
    shown = [(short(name, 32), number) for name, number in (picture.labels or picture.answer_openings)[:MOST_BARS]]
    others = picture.looked_at - sum(number for _, number in shown)
    rest = [(say("profile.rest"), others)] if others > 0 and shown else []
    return [*shown, *rest], len(rest)


def long_(picture: DatasetProfile) -> tuple[str, str]:
    """How long questions and answers are."""
    name, _, most = max(picture.lengths, key=lambda bin: bin[2])
    spread, whole = picture.answer_words, picture.looked_at
    head = say("profile.half_answers_have_words", quarter=spread.quarter, three_quarters=spread.three_quarters)
    if spread.quarter == spread.three_quarters:
        head = say("profile.most_answers_have", middle=spread.middle)
    said = say("profile.longest_has", largest=spread.largest)
    if most >= 0.8 * whole:
        said += say("profile.have_words_model_will", of_ten=of_ten(most, whole).capitalize(), name=name)
    seldom = [
        say("profile.words", name=name, said=said_)
        for name, _, said_ in picture.lengths
        if 0 < said_ < min(FEW, 0.05 * whole)
    ]
    if seldom:
        said += say("profile.rare", seldom=", ".join(seldom))
    return head, said


def languages(picture: DatasetProfile) -> str:
    """Which languages there are."""
    told = sum(number for _, number in picture.languages)
    unknown = (
        say("profile.too_short_tell", language_unknown=picture.language_unknown) if picture.language_unknown else ""
    )
    if not told:
        return say("profile.language_rows_too_short")
    if len(picture.languages) == 1:
        return say(
            "profile.language_wherever_can_be",
            languages=LANGUAGES.get(picture.languages[0][0], picture.languages[0][0]),
            unknown=unknown,
        )
    top, most = picture.languages[0]
    others = ", ".join(f"{LANGUAGES.get(name, name)} ({number:,})" for name, number in picture.languages[1:4])
    return say(
        "profile.language_also_language_with",
        top=LANGUAGES.get(top, top),
        of_ten=of_ten(most, told),
        others=others,
        unknown=unknown,
    )


# Who is mentioned


def people(picture: DatasetProfile) -> tuple[str, str]:
    """Which groups of people are mentioned, and what goes with a mention."""
    if not picture.mentions:
        return say("profile.no_group_people_mentioned"), say("profile.people_note")
    top = picture.mentions[0]
    head = say("profile.mentioned_most", group=PEOPLE.get(top.group, top.group), rows=top.rows)
    told = [sentence for mention in picture.mentions if (sentence := contrast(mention))]
    return head, " ".join([*told, say("profile.people_note")])


def contrast(mention: GroupMention) -> str:
    """What differs in rows that mention a group: the largest difference, if it is more than chance."""
    differing = [one for one in mention.contrasts if one.differs]
    if not differing:
        return ""
    one = max(differing, key=lambda each: abs(each.here - each.elsewhere))
    what = "refusals" if one.what == "refusal" else f"“{short(one.what, 40)}”"
    return say(
        "profile.rows_mention_have_other",
        group=PEOPLE.get(mention.group, mention.group),
        what=what,
        here=one.here,
        elsewhere=one.elsewhere,
    )


def people_table(picture: DatasetProfile) -> list[tuple[str, str, str, str]]:
    """Group, rows, words, and what goes with them."""
    return [
        (
            PEOPLE.get(mention.group, mention.group),
            f"{mention.rows:,}",
            ", ".join(f"{word} {number:,}" for word, number in mention.words),
            goes_with(mention.contrasts, mention.rows),
        )
        for mention in picture.mentions
    ]


def goes_with(contrasts: Sequence[GroupContrast], rows: int) -> str:
    """Refusals and the label that differs most, or that it cannot be told."""
    if not contrasts:
        return say("profile.too_few_rows_tell") if rows < 20 else say("profile.nothing_compare")
    most = max(contrasts, key=lambda one: abs(one.here - one.elsewhere))
    what = "refusals" if most.what == "refusal" else short(most.what, 40)
    verdict = "" if most.differs else say("profile.could_be_chance")
    return say("profile.elsewhere", what=what, here=most.here, elsewhere=most.elsewhere, verdict=verdict)


def people_headers() -> list[str]:
    """Of the table of groups of people."""
    return [say("profile.mentioned"), say("profile.rows"), say("profile.words_2"), say("profile.what_goes_with")]


# What makes examples good


def consistency(picture: DatasetProfile) -> list[str]:
    """How alike the answers are in form and manner."""
    whole, manner, said = picture.looked_at, picture.manner, []
    if picture.forms:
        form, most = picture.forms[0]
        others = ", ".join(f"{FORMS[name]} {number:,}" for name, number in picture.forms[1:4])
        said.append(
            say("profile.form", forms=FORMS[form], of_ten=of_ten(most, whole))
            + (say("profile.also", others=others) if others else ".")
        )
    addressed = manner.formal + manner.familiar + manner.mixed
    if addressed:
        mixed = say("profile.both", mixed=manner.mixed) if manner.mixed else ""
        said.append(
            say("profile.address_formal_answers_familiar", formal=manner.formal, familiar=manner.familiar, mixed=mixed)
            + (say("profile.model_will_do_both") if min(manner.formal, manner.familiar) or manner.mixed else "")
        )
    if not picture.labels:
        said += [habit(say('profile.greeting_or_thanks_first'), manner.greeting, whole),
                 habit(say('profile.closing_line'), manner.closing, whole),
                 habit(say('profile.exclamation_marks'), manner.exclaiming, whole)]  # fmt: skip
    spread = picture.answer_words
    if spread.quarter and spread.three_quarters >= 3 * spread.quarter:
        said.append(say("profile.length_quarter_has_at", quarter=spread.quarter, three_quarters=spread.three_quarters))
    elif spread.quarter == spread.three_quarters:
        said.append(say("profile.length_even_for_middle", middle=spread.middle))
    else:
        said.append(say("profile.length_even_words_for", quarter=spread.quarter, three_quarters=spread.three_quarters))
    return said


def habit(what: str, number: int, whole: int) -> str:
    """How many answers do something; where only some do, the model cannot know when."""
    uneven = say("profile.model_cannot_know_when") if 0.2 <= number / max(1, whole) <= 0.8 else ""
    return say("profile.in", what=what, of_ten=of_ten(number, whole), uneven=uneven)


def coverage(picture: DatasetProfile) -> list[str]:
    """How varied the questions are."""
    near, whole = picture.neighbours, picture.looked_at
    said = [
        say(
            "profile.questions_different_they_begin",
            distinct_questions=picture.distinct_questions,
            whole=whole,
            distinct_openings=picture.distinct_openings,
        )
    ]
    if picture.topics:
        largest = percent(picture.topics[0].count, whole)
        none = say("profile.none", without_topic=picture.without_topic) if picture.without_topic else ""
        said.append(say("profile.largest_has_rows", topics=len(picture.topics), largest=largest, none=none))
    if near.asked > 1:
        twins, related, alone = (of_ten(number, near.asked) for number in (near.twins, near.related, near.alone))
        said.append(
            say(
                "profile.questions_have_key_words",
                twins=twins,
                related=related,
                alone=alone,
            )
        )
        if near.twins > 0.5 * near.asked:
            said.append(say("profile.many_ask_same_other"))
        if near.alone > 0.5 * near.asked:
            said.append(say("profile.most_questions_stand_alone"))
    few = sum(topic.count < FEW for topic in picture.topics)
    return [*said, say("profile.fewer_than_rows", few=few, few_2=FEW)] if few else said


def difficulty(found: Difficulty) -> list[str]:
    """What the starting model answers already."""
    known = found.same + found.close
    said = [
        say(
            "profile.answered_expert_words_nearly",
            asked=found.asked,
            same=found.same,
            close=found.close,
            middle=found.middle,
        )
    ]
    if found.stopped:
        said.append(say("profile.was_stopped_early_only"))
    if found.asked < 20:
        said.append(say("profile.too_few_tell_more"))
    elif known > 0.7 * found.asked:
        said.append(say("profile.most_known_already_teaching"))
    elif not known:
        said.append(say("profile.none_known_yet_there"))
    else:
        said.append(say("profile.rest_new_what_teaching"))
    return said


def asking(done: int, total: int) -> str:
    """Progress."""
    return say("profile.asked", done=done, total=total) if total else say("profile.starts_moment")


# A test file


SHOWN_PAIRS = 12
HOW = Phrases("profile.how")


def pair_label(row: str, other: str, how: str) -> str:
    """Which two rows, and in what they are alike."""
    return say("profile.row_here_row_there", row=row, other=other, how=HOW[how])


def more_pairs(number: int) -> str:
    """How many pairs are not shown."""
    return say("profile.not_shown", number=number) if number > 0 else ""
