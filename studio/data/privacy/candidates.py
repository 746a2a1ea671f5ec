"""What may be personal, by the words around it alone: names, dates of birth and addresses, for a person to decide.

There is no model here: “I saw George there” names nobody, “my son George” does. What is found is a candidate, and
nothing is hidden unasked.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from studio.data.privacy.birth_dates import HINTS as BIRTH_HINTS
from studio.data.privacy.birth_dates import find_birth_dates
from studio.data.privacy.details import Detail
from studio.data.privacy.person_names import FIRST_TOO, TRADES, apart, find_names, find_signers, has_any, is_nobodys
from studio.data.privacy.person_names import HINTS as NAME_HINTS
from studio.data.privacy.person_words import (
    ALSO_WORDS,
    COUNTRIES,
    NO_GIVEN_NAMES,
    NOBODYS,
    PARTICLE,
    RELATIVES,
    SEVERAL,
    VERWANDTE,
    WORD,
    WORDS_BESIDE,
)
from studio.data.privacy.postal_addresses import find_addresses
from studio.data.text.late_pattern import late

KINDS = ("name", "birthdate", "address")
CAPITALISED = late(rf"(?<!\w){WORD}")
DIGIT = late(r"\d")
MOST_PEOPLE = 50  # in one row; a list of more is no letter
NO_GIVEN = frozenset(f"{NO_GIVEN_NAMES} {COUNTRIES} {WORDS_BESIDE} {RELATIVES} {SEVERAL} {VERWANDTE} {NOBODYS}".split())
GIVEN = late(rf"(?<![\w.@/’'-])(?P<given>{WORD})(?: [A-Z]\.)? \Z")
FAMILY = late(rf" (?P<family>{WORD})[ ,.]*(?:\n|\Z)")
MOST_GIVEN, LONGEST_GIVEN = 2, 45  # names, and letters of one
BEHIND = late(rf" (?:(?:{PARTICLE}) ){{0,2}}(?P<family>{WORD})")
MOST_BEHIND = 2  # names behind a given name
BEFORE, LONGEST_BEFORE = late(r"([^\W\d_]+) \Z"), 20
OF_A_THING = "the a an this that these my our your his her their its der die das ein eine dein mein"
LEADS_TO = "für von mit an bei zu ohne wegen durch und"
THE_THING, TOWARDS = frozenset(OF_A_THING.split()), frozenset(LEADS_TO.split())
LOOKS_GERMAN = late(
    r"\b(?:und|nicht|ich|wir|ist|sind|für|mit|hat|haben|kann|können|wann|wie|wo|bei|viele|liebe[rn]?|grüße|danke"
    r"|bitte|der|das)\b", re.IGNORECASE
)  # fmt: skip
LONGEST_RUN = 4  # words with a capital that may be one name
MENTIONED = 3  # letters of the shortest part of a name that is looked for by itself


def find_candidates(text: str, *, is_asked: bool) -> list[Detail]:
    """The candidates of one turn, without overlaps. Who signs is looked for in questions alone (`is_asked`)."""
    lower, has_digits = text.lower(), DIGIT.search(text) is not None
    found: list[Detail] = list(find_addresses(text)) if has_digits else []
    found += find_birth_dates(text) if has_digits and has_any(lower, BIRTH_HINTS) else ()
    found += find_names(text) if has_any(lower, NAME_HINTS) else ()
    found += find_signers(text) if is_asked else ()
    return sorted(apart(found, bytearray(len(text))))


def find_in_turns(
    turns: Sequence[tuple[str, bool]], leave: Callable[[Detail], bool] = lambda _: False
) -> list[list[Detail]]:  # fmt: skip
    """The candidates of each turn (its words, and whether it asks), with later mentions of the same people.

    A detail's value is the fullest form of the name among these turns, so that one person has one placeholder.
    `leave`: what is none of them.
    """
    found = [[one for one in find_candidates(text, is_asked=asked) if not leave(one)] for text, asked in turns]
    names = {one.value for details in found for one in details if one.kind == "name"}
    if not 0 < len(names) <= MOST_PEOPLE:
        return found
    fullest = {name: full_form(name, names) for name in names}
    parts = parts_of(set(fullest.values()))
    whole = {**parts, **fullest}
    ordered = sorted(whole, key=len, reverse=True)
    for (text, _), details in zip(turns, found, strict=True):
        details[:] = [one._replace(value=fullest[one.value]) if one.kind == "name" else one for one in details]
        mentions = [
            of_another_family(text, Detail(at, at + len(one), "name", whole[one]))
            for one in ordered for at in places(one, text)
        ]  # fmt: skip
        taken = bytearray(len(text))
        apart(details, taken)
        details += apart((one for one in mentions if not leave(one)), taken)
        details[:] = with_given_names(text, sorted(details))
    return found


def with_given_names(text: str, details: Sequence[Detail]) -> list[Detail]:
    """The details in order, each name of one word with the given names directly before it, and on a line of nothing but
    names with the family name after it: half a name hides nobody.

    It keeps its value, and so its placeholder: the same as where that part of the name stands alone. Only
    “Paul Holm” is not “Nina Holm”, of whom the row tells.
    """
    widened: list[Detail] = []
    for one in details:
        free = widened[-1].end if widened else 0
        if one.start < free:
            continue  # the family name of the one before
        if one.kind == "name" and " " not in text[one.start : one.end]:
            for _ in range(MOST_GIVEN):
                one = one._replace(start=given_name_before(text, one.start, free))
            one = one._replace(end=line_of_names(text, one))
            said = text[one.start : one.end]
            if " " in said and " " in one.value and said.split()[0] not in one.value.split():
                one = one._replace(value=said)
        widened.append(one)
    return widened


def of_another_family(text: str, mention: Detail) -> Detail:
    """A given name with the family name behind it: “For Nina Kaur” above the signature “Nina Holm” is somebody else.

    Behind an article it is a thing (“the Nina Sofa”), and German writes every noun with a capital, so that there a word
    that leads to a person must stand before (“für Nina Kaur”). Then the mention stays as it is.
    """
    said, known = text[mention.start : mention.end], set(mention.value.split())
    if " " in said or mention.value.split()[0] != said:
        return mention
    end = mention.end
    for _ in range(MOST_BEHIND):
        behind = BEHIND.match(text, end)
        if behind is None or not may_be_family(behind["family"]) or behind["family"] in known:
            break
        end = behind.end()
    if end == mention.end:
        return mention
    before = BEFORE.search(text, max(0, mention.start - LONGEST_BEFORE), mention.start)
    word = before[1].casefold() if before else ""
    if word in THE_THING or (word not in TOWARDS and LOOKS_GERMAN.search(text) is not None):
        return mention
    value = mention.value if mention.value == said else text[mention.start : end]
    return mention._replace(end=end, value=value)


def may_be_family(word: str) -> bool:
    """Whether this word behind a given name may be the family name."""
    small = word.casefold()
    return not (is_nobodys(word) or small in NO_GIVEN or small in TRADES or word.isupper())


def line_of_names(text: str, name: Detail) -> int:
    """Where a name ends: with the family name after it where both are the whole line, as “Owen Rees” below a mail."""
    if text[text.rfind("\n", 0, name.start) + 1 : name.start].strip():
        return name.end
    match = FAMILY.match(text, name.end)
    if match is None or is_nobodys(match["family"]) or match["family"].casefold() in NO_GIVEN:
        return name.end
    return match.end("family")


def given_name_before(text: str, start: int, free: int) -> int:
    """Where the given name begins that stands before a name; its own beginning where none does."""
    match = GIVEN.search(text, max(free, start - LONGEST_GIVEN), start)
    if match is None:
        return start
    word, before = match["given"], text[: match.start()].rstrip(' "“„(')
    is_first = not before or before[-1] in ".!?:;\n"
    if word in FIRST_TOO and not is_first:
        return match.start()
    return start if is_nobodys(word) or word.casefold() in NO_GIVEN or word.isupper() else match.start()


def places(name: str, text: str) -> Iterator[int]:
    """Where a name stands as whole words, and in no address; faster than an expression made for each row."""
    at = text.find(name)
    while at >= 0:
        around = text[at - 1 : at] + text[at + len(name) : at + len(name) + 1]
        if not any(sign.isalnum() or sign in "_@" for sign in around) and text[at - 1 : at] != ".":
            yield at
        at = text.find(name, at + len(name))


def full_form(name: str, names: Collection[str]) -> str:
    """The one longer name that holds all words of this one; itself where there is none, or more than one."""
    said = set(name.split())
    longer = {other for other in names if said < set(other.split())}
    longest = {one for one in longer if not any(set(one.split()) < set(other.split()) for other in longer)}
    return longest.pop() if len(longest) == 1 else name


def parts_of(names: Iterable[str]) -> dict[str, str]:
    """The words of names by which they may be mentioned, each with its name, where it belongs to one alone."""
    found: dict[str, set[str]] = {}
    for name in names:
        for part in name.split():
            if len(part) >= MENTIONED and part[0].isupper() and part.casefold() not in ALSO_WORDS:
                found.setdefault(part, set()).add(name)
    return {part: of.pop() for part, of in found.items() if len(of) == 1}


def may_be_mentioned(name: str) -> bool:
    """Whether it is looked for without a word beside it: “Will” and “Customer” are not."""
    words = name.split()
    if len(words) == 1:
        return len(name) >= MENTIONED and name.casefold() not in ALSO_WORDS and not is_nobodys(name)
    return bool(words) and name[0].isalpha()


def capitalised(text: str) -> Iterator[Detail]:
    """Each word with a capital, and each few of them side by side, that may be the name of somebody who is known."""
    run: list[tuple[int, int]] = []
    for match in CAPITALISED.finditer(text):
        if run and text[run[-1][1] : match.start()] != " ":
            yield from names_of_run(text, run)
            run = []
        run.append(match.span())
    yield from names_of_run(text, run)


def names_of_run(text: str, run: Sequence[tuple[int, int]]) -> Iterator[Detail]:
    """The longest pieces of one run first, of at most `LONGEST_RUN` words."""
    for size in range(min(LONGEST_RUN, len(run)), 0, -1):
        for (start, _), (_, end) in zip(run, run[size - 1 :], strict=False):
            if may_be_mentioned(text[start:end]):
                yield Detail(start, end, "name", text[start:end])
