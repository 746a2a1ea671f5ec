"""What may be personal by the words beside it: candidates that a person decides about; no rule hides them unasked."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np

from studio.data.checks.check import Check, Drops, Edits, changed
from studio.data.checks.finding_builder import finding
from studio.data.checks.private.name_mentions import FEWEST, MOST_ROWS, Found, hidden_names, with_mentions
from studio.data.checks.private.one_person import with_full_names, with_one_spelling
from studio.data.privacy.candidates import find_in_turns, places
from studio.data.privacy.choices import leaves_ours, read_possible_choice
from studio.data.privacy.details import NAMES, Detail
from studio.data.privacy.fake_details import HINTS as MADE_UP_HINTS
from studio.data.privacy.masks import TAKEN_HINTS, Masks, replaced
from studio.data.privacy.person_names import TITLE, TRADES, apart, find_signers
from studio.data.privacy.person_words import FIRST_PHRASES, FIRST_WORDS
from studio.data.privacy.postal_addresses import find_addresses, may_hold_address
from studio.data.privacy.rules import Rules, said_of
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.greetings import GREETINGS
from studio.data.text.hashed_tokens import hash_texts, places_among
from studio.data.text.late_pattern import late
from studio.schemas.example import Example
from studio.schemas.finding import Finding, Spot
from studio.schemas.sentence import Sentence

SIGNED_LOOKED_AT = 2_000  # answers, evenly taken: who answers for the organisation signs often
IN_ANSWERS = 3  # different answers, to as many questions, in which the organisation's own address stands
CALLED_OFTEN = 40  # names that are counted
STAFF, OURS = "staff", "ours="
HOUSE_ROWS = 5  # answers that name somebody who may belong to the organisation
SHOWN_SPOTS = 5  # of a kind
MOST_SOUGHT = 50  # addresses whose text is looked for in all rows
GREETING = late(rf"^\W*(?i:{GREETINGS})\b[^.!?]{{0,40}}\Z")
TITLED = late(rf"(?<!\w){TITLE}\Z")
CALLED_TO = late(
    r"\b(?:you|thanks|thx|yes|no|sorry|well|okay|ok|danke|dank|ja|nein|leider|merci|gracias)\Z", re.IGNORECASE
)
SPEAKS = late(r"(?: and| und)? (?!and |or |und |oder )[^\W\d_A-Z]")  # “Mrs Brandt gives a class”
LOOKED_BACK = 120  # letters before a name


class OwnDetails(NamedTuple):
    """What is nobody's private matter: people who sign the answers, and (`known`) names in most rows and addresses in
    many answers. No address is among the signers: its words would be taken for people's names."""

    signers: frozenset[str]
    known: frozenset[str]

    def is_staff(self, detail: Detail) -> bool:
        """Whether all words of a name stand in one that signs answers, but for those of a trade, which end the signers'
        names."""
        words = set(detail.value.casefold().split())
        said = words - TRADES or words
        return detail.kind == "name" and any(said <= set(signer.split()) for signer in self.signers)

    def owns(self, detail: Detail) -> bool:
        """Whether it is the organisation's."""
        return detail.value.casefold() in self.known or self.is_staff(detail)


def in_example(example: Example, rules: Rules) -> list[list[Detail]]:
    """The candidates of each turn; none in instructions, none that the rules allow or that a name model found."""
    modelled = set(rules.names.get(example.id, ()))

    def is_settled(detail: Detail) -> bool:
        return rules.allows(detail) or detail.value in modelled

    turns = [("" if one.role == "system" else one.content, one.role == "user") for one in example.messages]
    return find_in_turns(turns, is_settled)


class Candidates(NamedTuple):
    """`found` by place. `staff` by place: names of people who sign the answers, which are shown apart. `names`: those
    that are looked for wherever they stand."""

    found: Found
    staff: dict[int, list[str]]
    names: tuple[str, ...]


def scan(texts: ExampleTexts, rules: Rules, known: Sequence[str] = ()) -> Candidates:
    """The candidates, with every other place of the names and addresses among them. `known` names are looked for in
    any case: where these are a few rows of a table, they were found in the others."""
    every = ((place, in_example(texts.examples[place], rules)) for place in worth_a_look(texts))
    found = {place: turns for place, turns in every if any(turns)}
    hidden = {*known, *hidden_names(texts, rules)}
    if not found and not hidden:
        return Candidates({}, {}, ())
    shared = own_details(texts, found, rules)
    staff: dict[int, list[str]] = {}
    left: Found = {}
    for place, turns in found.items():
        own = own_of(shared, texts, place)
        if named := [one.value for turn in turns for one in turn if own.is_staff(one)]:
            staff[place] = list(dict.fromkeys(named))
        kept = [[one for one in turn if one.kind == "address" or not own.owns(one)] for turn in turns]
        if any(kept):
            left[place] = kept

    def is_settled(place: int, detail: Detail) -> bool:
        modelled = rules.names.get(texts.examples[place].id, ())
        return rules.allows(detail) or detail.value in modelled or own_of(shared, texts, place).owns(detail)

    left = with_one_spelling(left, hidden)
    names = {one.value for _, _, one in occurrences(left) if one.kind == "name"} | hidden
    left, sought = with_mentions(texts, left, names, trusted=tuple(known), leave=is_settled)
    return Candidates(with_same_addresses(texts, without_own(left, shared.known)), staff, sought)


def without_own(found: Found, known: Collection[str]) -> Found:
    """Without the organisation's own addresses, which stood there until here, so that no word in them is a name."""
    left = {
        place: [[one for one in turn if one.kind != "address" or one.value.casefold() not in known] for turn in turns]
        for place, turns in found.items()
    }
    return {place: turns for place, turns in left.items() if any(turns)}


def own_of(shared: OwnDetails, texts: ExampleTexts, place: int) -> OwnDetails:
    """With whoever signs this row's answer."""
    return shared._replace(signers=shared.signers | signers_of([texts.answers[place]]))


def with_same_addresses(texts: ExampleTexts, found: Found) -> Found:
    """With every other place where the text of an address stands that was found by the words beside it."""
    addresses = Counter(
        one.value for turns in found.values() for turn in turns for one in turn if one.kind == "address"
    )
    beside = [one for one in addresses if [other.value for other in find_addresses(one)] != [one]]
    sought = sorted(beside, key=lambda one: (-addresses[one], one))[:MOST_SOUGHT]
    if not sought:
        return found
    for place in texts.holding(sought):
        turns = texts.examples[place].messages
        known = found.get(place) or [[] for _ in turns]
        for turn, details in zip(turns, known, strict=True):
            if turn.role != "system":
                taken = bytearray(len(turn.content))
                apart(details, taken)
                details += apart(
                    (Detail(at, at + len(one), "address", one) for one in sought for at in places(one, turn.content)),
                    taken,
                )
                details.sort()
        if any(known):
            found[place] = known
    return dict(sorted(found.items()))


def worth_a_look(texts: ExampleTexts) -> list[int]:
    """The places that a first look at all words at once cannot clear: most rows of a large table hold no word beside
    which a name or date of birth stands, and no number beside a capitalised word."""
    tokens = texts.pair_tokens
    beside = np.searchsorted(tokens.starts, places_among(tokens, hash_texts(FIRST_WORDS).flat), "right") - 1
    near = {*np.unique(beside).tolist(), *texts.holding(FIRST_PHRASES, any_case=True)}
    digits = (np.arange(256) >= ord("0")) & (np.arange(256) <= ord("9"))
    numbered = set(np.flatnonzero(texts.counted(digits) > 0).tolist())
    longer = [place for place, example in enumerate(texts.examples) if len(example.messages) > 2]
    for place in {*numbered, *longer, *texts.holding(("\n",))} - near:
        if is_letter_or_address(texts.examples[place], has_digits=place in numbered):
            near.add(place)
    return sorted(near)


def is_letter_or_address(example: Example, *, has_digits: bool) -> bool:
    """Whether turns stand before the last question, lines within a question, or a number beside a capitalised word."""
    turns = [message for message in example.messages if message.role != "system"]
    lines = any("\n" in turn.content for turn in turns if turn.role == "user")
    return len(turns) > 2 or lines or (has_digits and any(may_hold_address(turn.content) for turn in turns))


def own_details(texts: ExampleTexts, found: Found, rules: Rules) -> OwnDetails:
    """What the whole table shows to be the organisation's own."""
    names: Counter[str] = Counter()
    addresses: list[tuple[Example, set[str]]] = []
    for place, turns in found.items():
        names.update({one.value for turn in turns for one in turn if one.kind == "name"})
        example = texts.examples[place]
        said = [turn for turn, one in zip(turns, example.messages, strict=True) if one.role == "assistant"]
        addresses.append((example, {one.value.casefold() for turn in said for one in turn if one.kind == "address"}))
    known = {*often_answered(addresses), *rules.own_addresses}
    for name, count in names.most_common(CALLED_OFTEN):
        if count > 1 and len(texts) >= FEWEST and rows_with(texts, name, known) > MOST_ROWS * len(texts):
            known.add(name.casefold())
    return OwnDetails(signers_among(texts.answers) | rules.signers, frozenset(known))


def rows_with(texts: ExampleTexts, name: str, known: Collection[str]) -> int:
    """How many rows hold a name elsewhere than in what is known to be the organisation's: “12 Victoria Road” below each
    answer is no reason to leave Victoria."""
    rows, name = texts.holding((name,)), name.casefold()
    around = [one for one in known if name in one and name != one]
    if not around:
        return len(rows)
    both = (f"{texts.questions[place]}\n{texts.answers[place]}".casefold() for place in rows)
    return sum(name in reduce(lambda said, one: said.replace(one, ""), around, said) for said in both)


def occurrences(found: Found) -> Iterator[tuple[int, int, Detail]]:
    """Each candidate with its place and turn, in the order of the rows."""
    for place, turns in found.items():
        for turn, details in enumerate(turns):
            for detail in details:
                yield place, turn, detail


def house_names(texts: ExampleTexts, found: Found) -> frozenset[str]:
    """Names that many answers hold, and that they rarely greet: likely people of the organisation itself (“a slot with
    Dr Baird”). Whether they are is asked; nobody who asks is told by this, since answers greet them, nor whom the
    question names as well (“Can Ines come?”), unless a title stands before the name. Somebody with a title of whom no
    question speaks is asked about from the first answer on that speaks of him (“then we go to Dr Hollmann”)."""
    rows: dict[str, set[int]] = {}
    answered: dict[str, set[int]] = {}
    spoken_of: dict[str, set[int]] = {}
    for place, turn, detail in occurrences(found):
        if detail.kind != "name":
            continue
        rows.setdefault(detail.value, set()).add(place)
        message = texts.examples[place].messages[turn]
        is_titled = with_title(message.content, detail) != detail.value
        asked = detail.value in texts.questions[place] and not is_titled
        if message.role == "assistant" and not asked and not is_greeted(message.content, detail):
            answered.setdefault(detail.value, set()).add(place)
        if message.role == "assistant" and is_titled and not is_addressed(message.content, detail):
            spoken_of.setdefault(detail.value, set()).add(place)
    often = {name for name, of in answered.items() if len(of) >= HOUSE_ROWS and 2 * len(of) > len(rows[name])}
    contacts = {name for name, of in spoken_of.items() if of == rows[name] and not any(
        name in texts.questions[place] for place in of)}  # fmt: skip
    ordered = sorted(often | contacts, key=lambda name: (name not in often, -len(rows[name]), name))
    return frozenset(ordered[:SHOWN_SPOTS])  # what is not shown is not asked about, and so is hidden


def is_addressed(text: str, detail: Detail) -> bool:
    """Whether an answer speaks to whom it names, as in “Thank you, Mr Okafor.”, and not of somebody."""
    before = TITLED.sub("", text[: detail.start][-LOOKED_BACK:]).rstrip(" ")
    if is_greeted(text, detail) or CALLED_TO.search(before):
        return True
    is_free = not before or before[-1] in ",.!?:;\n"
    return is_free and SPEAKS.match(text, detail.end) is None


def is_greeted(text: str, detail: Detail) -> bool:
    """Whether a greeting stands before a name on its line: “Hello Mr. ”, the stop of which ends no sentence."""
    return GREETING.match(TITLED.sub("", text[text.rfind("\n", 0, detail.start) + 1 : detail.start])) is not None


def with_title(text: str, detail: Detail) -> str:
    """“Dr Baird” where the name stands behind a title."""
    match = TITLED.search(text, max(0, detail.start - 20), detail.start)
    return f"{match.group() if match else ''}{detail.value}"


def spots_of(texts: ExampleTexts, found: Found, ours: frozenset[str]) -> tuple[Spot, ...]:
    """The candidates of each kind that most rows hold, each where it stands first; those that may be ours before."""
    rows: dict[tuple[str, str], set[int]] = {}
    first: dict[tuple[str, str], tuple[int, int, Detail]] = {}
    for place, turn, detail in occurrences(found):
        rows.setdefault((detail.kind, detail.value), set()).add(place)
        first.setdefault((detail.kind, detail.value), (place, turn, detail))
    shown: list[Spot] = []
    many: Counter[str] = Counter()
    for key in sorted(first, key=lambda key: (key[1] not in ours, -len(rows[key]), first[key][0])):
        place, turn, detail = first[key]
        if many[detail.kind] < SHOWN_SPOTS:
            many[detail.kind] += 1
            shown.append(Spot(kind=detail.kind, row=texts.rows[place], turn=turn, start=detail.start, end=detail.end,
                              rows=len(rows[key]), likely_ours=key in {("name", one) for one in ours}))  # fmt: skip
    return tuple(shown)


def signers_of(answers: Iterable[str]) -> frozenset[str]:
    """Who signs these answers, in small letters."""
    return frozenset(one.value.casefold() for said in answers for one in find_signers(said))


def signers_among(answers: Sequence[str]) -> frozenset[str]:
    """Who signs answers of a whole table, of which a large one is looked at in part."""
    return signers_of(answers[:: max(1, len(answers) // SIGNED_LOOKED_AT)])


def addresses_among(examples: Sequence[Example]) -> frozenset[str]:
    """The organisation's own addresses as answers of a whole table tell them, of which a large one is looked at in
    part: known also where the signatures were taken out and one answer is left that names them."""
    return often_answered(
        (one, {address.value.casefold() for turn in one.messages if turn.role == "assistant"
               and may_hold_address(turn.content) for address in find_addresses(turn.content)})
        for one in examples[:: max(1, len(examples) // SIGNED_LOOKED_AT)]
    )  # fmt: skip


def often_answered(addresses: Iterable[tuple[Example, Collection[str]]]) -> frozenset[str]:
    """The addresses, in small letters, that stand in several different answers to different questions, none of which
    names them: copies of a row make nobody's address the organisation's, nor does a customer who writes often."""
    answers: dict[str, set[str]] = {}
    questions: dict[str, set[str]] = {}
    for example, named in addresses:
        asked, said = (words_of(example, role) for role in ("user", "assistant")) if named else ("", "")
        for address in named:
            if " ".join(address.split()) not in asked:
                answers.setdefault(address, set()).add(said)
                questions.setdefault(address, set()).add(asked)
    return frozenset(one for one in answers if min(len(answers[one]), len(questions[one])) >= IN_ANSWERS)


def words_of(example: Example, role: str) -> str:
    """What one side says, in small letters and with single spaces."""
    return " ".join(" ".join(one.content for one in example.messages if one.role == role).casefold().split())


def find_possible(texts: ExampleTexts, rules: Rules, known: Sequence[str] = ()) -> list[Finding]:
    """Rows with candidates, each row's candidates as they stand there, names that may be the organisation's own, and
    what is not looked for. `known` as `scan` takes it."""
    found, staff, names = scan(texts, rules, known)
    ours = house_names(texts, found)
    parts: dict[str, list[int]] = {}
    called = {one.value: with_title(texts.examples[place].messages[turn].content, one)
              for place, turn, one in reversed([*occurrences(found)]) if one.value in ours}  # fmt: skip
    notes: dict[int, str] = {}
    states: dict[int, str] = {}
    for place, turns in found.items():
        seen = dict.fromkeys((one.kind, one.value) for turn in turns for one in turn)
        notes[place] = ", ".join(f"{NAMES[kind]} “{value}”" for kind, value in seen)
        for kind in dict.fromkeys(kind for kind, _ in seen):
            parts.setdefault(kind, []).append(texts.rows[place])
        kinds = dict.fromkeys(OURS + called[value] if value in ours else kind for kind, value in seen)
        states[place] = "+".join([*kinds, *([STAFF] if place in staff else ())])
    told = possible_sentences(states, len(states), None)
    fix = "finding.possible.fix_others" if ours else "finding.possible.fix"
    seen_rows = finding("possible_personal", "look", texts, notes, told, fix, notes=notes, states=states)
    changes = {"parts": {kind: tuple(of) for kind, of in parts.items()}, "spots": spots_of(texts, found, ours),
               "names": names}  # fmt: skip
    return [one.model_copy(update=changes) for one in seen_rows]


def possible_sentences(states: Mapping[int, str], rows: int, limit: int | None) -> list[Sentence]:
    """In how many rows a candidate stands, the kinds with their rows, which names may be the organisation's own and how
    many rows hold another candidate, and what is not found; and that people who sign the answers stay."""
    by_row = [[kind for kind in state.split("+") if kind != STAFF] for state in states.values()]
    ours = Counter(kind.removeprefix(OURS) for row in by_row for kind in row if kind.startswith(OURS))
    staff = sum(STAFF in state.split("+") for state in states.values())
    others = sum(not all(kind.startswith(OURS) for kind in row) for row in by_row)
    kinds = Counter(
        kind for row in by_row for kind in dict.fromkeys("name" if one.startswith(OURS) else one for one in row)
    )
    said = [Sentence.of("finding.possible.sentence", count=len(by_row), kinds=said_of(kinds))] if others else []
    said += [
        Sentence.of("finding.possible.ours", rows=count, name=name)
        for name, count in sorted(ours.items(), key=lambda one: (-one[1], one[0]))[:SHOWN_SPOTS]
    ]
    said += [Sentence.of("finding.possible.others", count=others)] if ours and others else []
    said.append(Sentence.of("finding.possible.not"))
    return [*said, Sentence.of("finding.possible.staff", rows=staff)] if staff else said


def mask_candidates(texts: ExampleTexts, choice: str, rules: Rules) -> tuple[Drops, Edits]:
    """Each candidate behind a placeholder, the same one for the same person, date or address; or each kind in its way.
    Names that may be the organisation's own stay where the choice says so."""
    ways = read_possible_choice(choice)
    if set(ways.values()) == {"leave"}:
        return {}, {}
    found, _, _ = scan(texts, rules)
    ours = house_names(texts, found) if leaves_ours(choice) else frozenset()
    found = with_full_names(texts, found, rules)

    def is_chosen(detail: Detail) -> bool:
        return ways[detail.kind] != "leave" and not (detail.kind == "name" and detail.value in ours)

    def put(detail: Detail) -> str:
        return masks.fake(detail) if ways[detail.kind] == "fake" else masks.of(detail)

    numbered = [texts.examples[place] for place in texts.holding((*TAKEN_HINTS, *MADE_UP_HINTS))]
    masks = Masks((message.content for example in numbered for message in example.messages), rules)
    edits: Edits = {}
    for place, turns in found.items():
        example = texts.examples[place]
        chosen = [[one for one in details if is_chosen(one)] for details in turns]
        if any(chosen):
            edits[example.id] = tuple(
                changed(message, replaced(message.content, details, put))
                for message, details in zip(example.messages, chosen, strict=True)
            )
    if masks.fresh:
        rules.remember(masks.fresh)
    return {}, edits


POSSIBLE_PERSONAL = Check(
    kind="possible_personal", scope="row",
    detect=lambda texts, given: find_possible(texts, given.private or Rules(), given.names),
    reads_words=True, effect=mask_candidates, order=55, choices=("ours=leave", "mask", "leave"),
    read_choice=read_possible_choice, say=possible_sentences,
)  # fmt: skip
