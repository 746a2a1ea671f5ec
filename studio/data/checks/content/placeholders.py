"""Answers that stand for an answer: N/A, “see attached”, and blanks such as {{name}} that nobody filled in."""

import re

from studio.data.checks.check import DEFAULT, Check, Drops, Edits, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.greetings import is_greeting
from studio.data.text.late_pattern import late
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence

BARE = frozenset(
    [
        "n/a",
        "na",
        "n.a.",
        "n.a",
        "none",
        "null",
        "nil",
        "nan",
        "tbd",
        "tba",
        "tbc",
        "todo",
        "to do",
        "fixme",
        "xxx",
        "test",
        "testing",
        "asdf",
        "foo",
        "bar",
        "lorem ipsum",
        "unknown",
        "undefined",
        "empty",
        "blank",
        "missing",
        "pending",
        "see above",
        "see below",
        "see attached",
        "see attachment",
        "attached",
        "please see attached",
        "please see attachment",
        "please see the attached file",
        "see attached file",
        "please see attached file",
        "please see attached document",
        "please find attached",
        "see attached document",
        "see the attached file",
        "see file",
        "see link",
        "ditto",
        "same",
        "same as above",
        "as above",
        "idem",
        "no answer",
        "no response",
        "not available",
        "not applicable",
        "coming soon",
        "insert answer here",
        "your answer here",
        "answer goes here",
        "to be determined",
        "to be added",
        "to be confirmed",
        "siehe oben",
        "siehe unten",
        "siehe anhang",
        "siehe anlage",
        "s.o.",
        "k.a.",
        "k. a.",
        "keine angabe",
        "keine",
        "entfällt",
        "entfaellt",
        "unbekannt",
        "leer",
        "s/o",
        "voir ci-joint",
        "voir pièce jointe",
        "voir ci-dessus",
        "néant",
        "neant",
        "aucun",
        "sin respuesta",
        "ver adjunto",
        "véase adjunto",
        "ninguno",
        "ninguna",
        "nessuno",
        "nessuna",
        "vedi allegato",
        "zie bijlage",
        "n.v.t.",
        "nvt",
        "geen",
        "brak",
        "b.d.",
        "nie dotyczy",
        "нет данных",
        "см. выше",
        "см. вложение",
        "не указано",
        "н/д",
        "无",
        "暂无",
        "待定",
        "未知",
        "见附件",
        "なし",
        "未定",
        "不明",
        "없음",
        "미정",
        "#n/a",
        "#ref!",
        "#value!",
        "#name?",
        "#null!",
        "#div/0!",
        "[empty]",
        "(empty)",
        "<empty>",
        "(blank)",
        "[blank]",
        "(none)",
        "[none]",
        "(null)",
        "\\n",
    ]
)
AMBIGUOUS = frozenset(
    ["none", "same", "unknown", "missing", "pending", "empty", "blank", "keine", "not applicable", "na", "n/a"]
)
REPLIES = frozenset(  # inside a mail, answers to “which are there?”, “how many?”, “is it free?”
    [
        *AMBIGUOUS, "nil", "undefined", "not available", "coming soon", "leer", "entfällt", "entfaellt", "unbekannt",
        "aucun", "ninguno", "ninguna", "nessuno", "nessuna", "geen", "brak", "nie dotyczy", "не указано", "无", "暂无",
        "未知", "なし", "不明", "없음", "未定", "待定", "미정",
    ]
) - {"na", "n/a"}  # fmt: skip
BLANKS = late(
    r"\{\{[^{}\n]{1,60}\}\}|\{%[^{}%\n]{1,60}%\}|\$\{[A-Za-z_][^{}\n]{0,60}\}|<%=?[^<>%\n]{1,60}%>|%[A-Z][A-Z_]{2,30}%"
    r"|<(?:your|insert|enter|customer|company|name|first|last|date)[ _-]?[a-z _-]{0,30}>"
    r"|\[(?:your|insert|enter|fill in|add|customer|client|company|first|last"
    r"|full)[ _-]?(?:[a-z]+[ _-]?){0,5}\]|\[(?:name|date|company|address|phone|email|link|url|number|city"
    r"|amount)\]",
    re.IGNORECASE,
)
LOREM = late(r"\blorem ipsum\b", re.IGNORECASE)
FILLER = late(
    r"[-‐-―−_.,;:…·•*/\\|~=#?!¿¡。、，？！'\"“”„‘’()\[\]{}<>\s]+"
)  # what people write where they have nothing to write


ATTACHED = late(
    r"(?:(?:please|kindly|pls)[ ,]+)?(?:see|find|check|refer to|look at|open)(?: please)?(?: the| our| my| this)?"
    r" (?:attach(?:ed|ments?)|enclos(?:ed|ures?))(?: [\w'’-]+){0,5}"
    r"|(?:(?:the|our|a|my) )?(?:new )?(?:[\w-]+ )?(?:form|list|file|pdf|document|map|invoice|bill|contract|brochure"
    r"|flyer|leaflet|copy)(?: is| are)? (?:attached|enclosed)"
    r"|(?:bitte )?siehe(?: bitte)?(?: de[nmr]| die| das)? (?:anhang|anlage|beigefügt\w*|angehängt\w*)(?: [\w-]+){0,5}"
    r"|voir(?: la| le)? (?:pièces? jointes?|ci-joint\w*|document joint)(?: [\w'’-]+){0,5}"
)  # an answer that only points to what was sent along
MOST_LETTERS = 60  # of a stand-in
LONG = 200  # letters that no stand-in has, however its words are spaced


def is_bare(text: str, labels: frozenset[str] = frozenset()) -> bool:
    """Whether the whole answer is a stand-in. Words that are labels of the dataset (used often) are answers.

    A lone sign is a stand-in only where it fills a gap, as a dash or dots do: an emoji or “%” is an answer.
    """
    if len(text) > LONG and any(map(str.isalnum, text)):
        return False
    answer = " ".join(text.split()).casefold()
    if not answer or answer in labels:
        return False
    bare = answer.rstrip(".! ")
    return answer in BARE or bare in BARE or bool(FILLER.fullmatch(answer)) or bool(ATTACHED.fullmatch(bare))


def is_stand_in(texts: ExampleTexts, place: int, labels: frozenset[str]) -> bool:
    """Whether the answer is nothing but a stand-in; of a mail whether nothing else stands between its greeting and who
    signs it. Whoever greets and writes “None.” or “Not available.” has answered."""
    answer = texts.answers[place]
    if len(answer) < MOST_LETTERS and is_bare(answer, labels):
        return True
    if "\n" not in answer:
        return False
    said = [line.strip() for line in texts.signed[place][0].split("\n") if line.strip()]
    said = said[1:] if said and is_greeting(said[0]) else said
    return len(said) == 1 and len(said[0]) < MOST_LETTERS and is_bare(said[0], labels) and not replies(said[0])


def replies(line: str) -> bool:
    """Whether a line answers in a word or two, with or without a full stop."""
    return " ".join(line.split()).casefold().rstrip(".! ") in REPLIES


def label_words(texts: ExampleTexts) -> frozenset[str]:
    """Stand-in words, and signs beside other signs, that are among the few answers given again and again."""
    counts: dict[str, int] = {}
    for answer in texts.answers:
        if len(answer) < 40:
            key = " ".join(answer.split()).casefold()
            counts[key] = counts.get(key, 0) + 1
    few = len(counts) <= max(20, 0.02 * len(texts))
    often = [key for key, count in counts.items() if few and count >= max(5, 0.02 * len(texts))]
    signs = [key for key in often if not any(map(str.isalnum, key))]  # - alone is a gap, beside + it is a label
    return frozenset([*AMBIGUOUS.intersection(often), *(() if all(map(FILLER.fullmatch, signs)) else signs)])


def find_placeholders(texts: ExampleTexts) -> list[Finding]:
    """Bare stand-ins can go; blanks inside an answer want to be filled in by a person."""
    labels = label_words(texts)
    notes: dict[int, str] = {}
    bare = 0
    for place, answer in enumerate(texts.answers):
        if is_stand_in(texts, place, labels):
            notes[place] = answer.strip()
            bare += 1
            continue
        match = blank_in(answer) or blank_in(texts.questions[place])
        if match:
            notes[place] = match
    unfilled = len(notes) - bare
    sentences = [Sentence.of("finding.placeholders.bare", count=bare)] if bare else []
    if unfilled:
        sentences.append(Sentence.of("finding.placeholders.blanks", count=unfilled))
    fix = "finding.placeholders.fix" if bare else ""
    return finding("placeholder", "serious", texts, notes, sentences, fix, notes=notes)


def blank_in(text: str) -> str:
    """The first unfilled blank."""
    if "{" not in text and "[" not in text and "<" not in text and "%" not in text and "orem" not in text:
        return ""
    match = BLANKS.search(text) or LOREM.search(text)
    return match.group() if match else ""


def without_stand_ins(texts: ExampleTexts, choice: str, private: Rules) -> tuple[Drops, Edits]:
    """Rows whose whole answer is a stand-in go; blanks inside an answer are a person's to fill."""
    labels = label_words(texts)
    gone = [example for place, example in enumerate(texts.examples) if is_stand_in(texts, place, labels)]
    return {example.id: "placeholder" for example in gone}, {}


PLACEHOLDER = Check(
    kind="placeholder", scope="row", detect=of_texts(find_placeholders), effect=without_stand_ins, order=90,
    by_rule=True, takes_out=DEFAULT,
)  # fmt: skip
