"""Exact copies and near copies: a row that is there twice counts twice, and may be in two parts at once."""

from collections import Counter
from collections.abc import Iterable, Iterator

from studio.data.checks.check import Check, Drops, Edits, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.checks.pairs.openings import opened
from studio.data.duplicates.edit_similarity import SHORT_WORDS
from studio.data.privacy.rules import Rules
from studio.data.text.answer_equality import telling_signs
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.mail_body import answer_body, mail_body, without_extras
from studio.data.text.normalize import MASK, facts, words
from studio.schemas.finding import Finding, Severity
from studio.schemas.sentence import Sentence

UNLESS_MANY = "unless_many"  # the choice that takes nothing out where a large share of the rows would go
COSTS_MANY = "finding.copies.many"  # the sentence that says so
MANY, MIN_ROWS = 0.2, 20  # the share, and the rows below which a share says little


def find_exact(texts: ExampleTexts) -> list[Finding]:
    """All but the first of each group."""
    groups = texts.exact_groups
    extra = [place for group in groups for place in group[1:]]
    mostly = len(extra) > 0.5 * len(texts)
    sentences = [Sentence.of("finding.copies.exact", count=len(extra))]
    if mostly:
        sentences.append(Sentence.of("finding.copies.mostly", different=len(texts) - len(extra), rows=len(texts)))
    severity: Severity = "serious" if mostly else "look"
    return finding("exact_duplicate", severity, texts, extra, sentences, "finding.copies.exact_fix", groups=groups)


def near_groups(texts: ExampleTexts) -> list[list[int]]:
    """Places tied together by near copies, exact copies left out; each group in the order of the rows, with thanks
    or a postscript last: what is kept of two that differ by these alone is the cleaner one."""
    extra = {place for group in texts.exact_groups for place in group[1:]}
    pairs = texts.near("both").pairs.tolist()
    first = {place: group[0] for group in texts.exact_groups for place in group}
    representatives = {(first.get(left, left), first.get(right, right)) for left, right in pairs}
    alike = [
        (left, right)
        for left, right in sorted(representatives)
        if left != right
        and not {left, right} & extra
        and answers_alike(texts.answer_words(left), texts.answer_words(right))
    ]
    same = (*same_mails(texts), *opened(texts))
    groups = tied([*alike, *(pair for pair in same if extra.isdisjoint(pair))])
    return [sorted(group, key=lambda place: extras(texts.answers[place])) for group in groups]


def extras(answer: str) -> int:
    """How many letters of an answer thank for the mail or stand in a postscript."""
    return len(answer) - len(without_extras(answer))


def same_mails(texts: ExampleTexts) -> Iterator[tuple[int, int]]:
    """Rows that say the same, word for word, but for who is greeted and who signs: each with the first of its kind."""
    with_mail = {place for place, (_, signature) in enumerate(texts.signed) if signature}
    with_mail |= {place for place, body in enumerate(texts.bodies) if body != texts.questions[place]}
    if not with_mail:
        return
    by_asked: dict[int, list[int]] = {}
    for place, mark in enumerate(texts.body_tokens.signature.tolist()):
        by_asked.setdefault(mark, []).append(place)
    for group in by_asked.values():
        if len(group) < 2 or with_mail.isdisjoint(group):
            continue
        firsts: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}
        for place in group:
            said = tuple(words(answer_body(texts.answers[place])))
            first = firsts.setdefault((tuple(texts.body_words(place)), said), place)
            if first != place and said:
                yield first, place


def answers_alike(left: list[str], right: list[str]) -> bool:
    """Half of the words in common: two answers about one long text are no copies of each other."""
    if left == right:
        return True
    common = (Counter(left) & Counter(right)).total()
    return common >= 0.5 * max(len(left), len(right)) or max(len(left), len(right)) < 8


def tied(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Groups of places that hang together by pairs."""
    parent: dict[int, int] = {}

    def root(place: int) -> int:
        while parent.setdefault(place, place) != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for left, right in pairs:
        one, other = root(left), root(right)
        parent[max(one, other)] = min(one, other)
    groups: dict[int, list[int]] = {}
    for place in sorted(parent):
        groups.setdefault(root(place), []).append(place)
    return sorted(groups.values())


def find_near(texts: ExampleTexts, *, is_part: bool = False) -> list[Finding]:
    """All but the first of each group; rows that differ in a number, a sign or a “not” are shown, and stay."""
    groups = near_groups(texts)
    extra = [place for group in groups for place in group[1:]]
    going = sum(len(removable(texts, group)) for group in groups)
    staying = len(extra) - going
    sentences = [Sentence.of("finding.copies.near", count=len(extra))]
    if not is_part and is_many(going, texts):
        sentences.append(Sentence.of(COSTS_MANY, share=going / len(texts)))
    if staying:
        sentences.append(Sentence.of("finding.copies.staying", rows=staying))
    cleaner = sum(extras(texts.answers[at]) > 0 == extras(texts.answers[group[0]])
                  for group in groups for at in removable(texts, group))  # fmt: skip
    if cleaner:
        sentences.append(Sentence.of("finding.copies.cleaner", rows=cleaner))
    sentences += masks_by_kind(texts, groups)
    fix = "finding.copies.near_staying_fix" if staying else "finding.copies.near_fix"
    return finding("near_duplicate", "look", texts, extra, sentences, fix, groups=groups)


def is_many(going: int, texts: ExampleTexts) -> bool:
    """Whether so many rows would go that a person looks at some before."""
    return len(texts) >= MIN_ROWS and going > MANY * len(texts)


def masks_by_kind(texts: ExampleTexts, groups: Iterable[Iterable[int]]) -> list[Sentence]:
    """The rule for masks, to be read beside a number of rows in which some stand; nothing where none does."""
    some = any(MASK.search(texts.questions[at]) or MASK.search(texts.answers[at]) for group in groups for at in group)
    return [Sentence.of("finding.masks")] if some else []


def must_agree(question: str, answer: str) -> tuple[object, ...]:
    """What may not differ between two copies: numbers, denials and signs of question and answer, whoever is greeted
    and whoever signs."""
    question, answer = mail_body(question), answer_body(answer)
    question_words, answer_words = words(question), words(answer)
    brief_question, brief_answer = len(question_words) < SHORT_WORDS, len(answer_words) < SHORT_WORDS
    return (facts(question_words), facts(answer_words), telling_signs(question, brief=brief_question, emoji=False),
            telling_signs(answer, brief=brief_answer))  # fmt: skip


def removable(texts: ExampleTexts, group: list[int], choice: str = "") -> set[int]:
    """The places of a group that can go: each says, number for number and sign for sign, what a kept one says.

    `choice` "longest" keeps the longest answer; otherwise the first row is kept.
    """
    order = sorted(group, key=lambda place: -len(texts.answers[place])) if choice == "longest" else group
    kept_keys: set[tuple[object, ...]] = set()
    gone: set[int] = set()
    for place in order:
        key = must_agree(texts.questions[place], texts.answers[place])
        if key in kept_keys:
            gone.add(place)
        kept_keys.add(key)
    return gone


def without_exact(texts: ExampleTexts, choice: str, private: Rules) -> tuple[Drops, Edits]:
    """All but the first of each group go."""
    return {texts.examples[place].id: "exact_duplicate" for group in texts.exact_groups for place in group[1:]}, {}


def without_near(texts: ExampleTexts, choice: str, private: Rules) -> tuple[Drops, Edits]:
    """Of each group those go that say, number for number, what a kept one says."""
    gone = {place for group in near_groups(texts) for place in removable(texts, group, choice)}
    if choice == UNLESS_MANY and is_many(len(gone), texts):
        return {}, {}
    return {texts.examples[place].id: "near_duplicate" for place in sorted(gone)}, {}


EXACT_DUPLICATE = Check(
    kind="exact_duplicate", scope="group", detect=of_texts(find_exact), effect=without_exact, order=100, by_rule=True,
    choices=("first",), waits_for="conflicting_answers",
)  # fmt: skip
NEAR_DUPLICATE = Check(
    kind="near_duplicate", scope="group", detect=lambda texts, given: find_near(texts, is_part=given.is_part),
    effect=without_near, order=110, by_rule=True,
    choices=("first", "longest", UNLESS_MANY), waits_for="conflicting_answers",
)  # fmt: skip
