"""Small pieces of page made of escaped words: the only place where text becomes markup.

`gr.HTML` stays empty under the page's policy, so these go into `gr.Markdown`. Words of people, files and models pass
through `safe`, which leaves neither a tag nor a Markdown mark standing.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from studio.copy.catalog import say
from studio.data.text.normalize import by_kind
from studio.schemas.example import Example

PLAIN_MARKS = frozenset(" ,;!?'’“”„«»()%€£§°–—…")  # no dot, colon or slash: of these Markdown makes lists and links

# Of marks that are not printed: lines, and what joins or parts letters and emoji
UNSEEN = frozenset("\n\t\u200c\u200d")
INDENT = re.compile(r"(?:^|(?<=&#10;)) +")  # Gradio takes plain spaces away where a line begins


def safe(text: str, longest: int = 20_000) -> str:
    """The words as they are: every mark in them that HTML, Markdown or mathematics could read is spelt out."""
    shown = text if len(text) <= longest else text[:longest] + " …"
    spelt = "".join(
        c if c.isalnum() or c in PLAIN_MARKS else f"&#{ord(c)};" for c in shown if c.isprintable() or c in UNSEEN
    )
    return INDENT.sub(lambda spaces: "&#32;" * len(spaces[0]), spelt)


def block(kind: str, *parts: str) -> str:
    """A division with a class; parts are markup already."""
    return f'<div class="{kind}">{"".join(parts)}</div>'


def span(kind: str, text: str) -> str:
    """Words with a class."""
    return f'<span class="{kind}">{safe(text)}</span>'


def tag(text: str, tone: str = "") -> str:
    """A small round label; its tone repeats what the words say."""
    return span(f"tag {tone}".strip(), text)


def heading(title: str, lead: str = "", label: str = "", tone: str = "") -> str:
    """A tab's headline with one sentence under it."""
    beside = f" {tag(label, tone)}" if label else ""
    return f"<h2>{safe(title)}{beside}</h2>" + (f'<p class="lead">{safe(lead)}</p>' if lead else "")


def live_heading(run: str, title: str, lead: str, label: str, tone: str = "") -> str:
    """The same for a run: the page's script reads here which one is looked at, and keeps its words up to date."""
    head = f"<h2>{span('live-title', title)} {tag(label, tone)}</h2>"
    return block(f"live-headline run-{safe(run)}", head, f'<p class="lead live-lead">{safe(lead)}</p>')


def notice(message: str, hint: str = "", *, where: str = "", tone: str = "bad") -> str:
    """A message that stays: what happened, what to do, and where."""
    place = (
        f' <span class="where">({safe(where, 200)})</span>' if where and where not in message and " " in where else ""
    )
    role = "alert" if tone == "bad" else "status"
    return f'<div class="notice {tone}" role="{role}"><strong>{safe(message)}</strong> {safe(hint)}{place}</div>'


def progress(job: str, text: str, done: float, total: float, hint: str = "") -> str:
    """How far something is: a sentence and a bar, both kept up to date by the page's script, which knows the job's id.
    Read out by the page's own quiet region, not at every change."""
    share = min(1.0, done / total) if total else 0.0
    bar = f'<span class="bar"><span class="share" style="transform:scaleX({share:.4f})"></span></span>'
    told = f'<span class="live-text">{safe(text)}</span>' + (f" {span('soft', hint)}" if hint else "")
    return f'<div class="live-job job-{safe(job)}"><p>{told}</p>{bar}</div>'


def pair(question: str, answer: str, *, label: str = "", longest: int = 600, learned: bool = True) -> str:
    """An example as a card: what is asked, and what is learned."""
    top = f'<p class="row-label">{safe(label)}</p>' if label else ""
    beside = f" {tag(say('html.learned'))}" if learned else ""
    asked = safe(question, longest) or span("none", say("html.empty"))
    said = safe(answer, longest) or span("none", say("html.empty"))
    return block(
        "pair", top,
        block("asked", f'<p class="who">{safe(say("html.question"))}</p>', block("words", asked)),
        block("answered", f'<p class="who">{safe(say("html.answer"))}{beside}</p>', block("words", said)),
    )  # fmt: skip


def conversation(turns: Sequence[tuple[str, str, bool]], *, label: str = "", longest: int = 600) -> str:
    """An example of several turns as a card: who speaks, the words, and whether they are learned."""
    top = f'<p class="row-label">{safe(label)}</p>' if label else ""
    marks = {True: f" {tag(say('html.learned'))}", False: ""}
    parts = (
        block(
            "answered" if learned else "asked", f'<p class="who">{safe(who)}{marks[learned]}</p>',
            block("words", safe(words, longest) or span("none", say("html.empty"))),
        )
        for who, words, learned in turns
    )  # fmt: skip
    return block("pair turns", top, *parts)


def figures(items: Iterable[tuple[str, str]]) -> str:
    """Numbers in large type, each with what it counts."""
    return block("figures", figure_cells(items))


def live_figures(items: Iterable[tuple[str, str]]) -> str:
    """The same, kept up to date by the page's script."""
    return block("figures live-figures", figure_cells(items))


def figure_cells(items: Iterable[tuple[str, str]]) -> str:
    """What stands in a block of figures."""
    return "".join(
        block("figure", f'<span class="number">{safe(number)}</span>', span("counts", what)) for number, what in items
    )


class Named(str):
    """A plain name with the technical one, which a table shows only while the switch “For technicians” is on."""

    technical: str = ""

    @classmethod
    def of(cls, plain: str, technical: str) -> "Named":
        """Both; `technical` may be empty."""
        made = cls(plain)
        made.technical = technical
        return made


def cell_of(text: str) -> str:
    """What stands in a cell of a table."""
    term = text.technical if isinstance(text, Named) else ""
    return safe(text) + (f" {span('technical', f'({term})')}" if term else "")


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "", *, named: bool = False) -> str:
    """A small table of words and numbers. `named`: each cell bears its column's name, to stand under the one before
    it on a small screen."""
    head = "".join(f'<th scope="col">{cell_of(name)}</th>' for name in headers)
    of = [f' title="{safe(name)}"' if named else "" for name in headers]
    lines = ("".join(f"<td{name}>{cell_of(cell)}</td>" for name, cell in zip(of, row, strict=False)) for row in rows)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    said = f"<caption>{safe(caption)}</caption>" if caption else ""
    return f'<table class="plain">{said}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def listing(items: Iterable[str]) -> str:
    """Sentences under one another."""
    return '<ul class="plain">' + "".join(f"<li>{safe(item)}</li>" for item in items) + "</ul>"


def folded(summary: str, inside: str, kept: str = "") -> str:
    """Markup that is opened by a press; the summary is words. With a name as `kept`, the page's script opens it again
    where the list around it was drawn anew."""
    name = f" kept-{kept}" if kept else ""
    return f'<details class="folded{name}"><summary>{safe(summary)}</summary>{inside}</details>'


def download(address: str, name: str) -> str:
    """A link that saves a file; a script of the page presses it once by itself."""
    return f'<a class="download" href="{address}" download>{safe(name)}</a>'


def press(label: str, act: str, seen: str = "", kind: str = "") -> str:
    """A button of our own. The page's script puts `act` and the mark of what was `seen` into the tab's hidden field."""
    name = f' name="{safe(seen)}"' if seen else ""
    return f'<button type="button" class="press {kind}" value="{safe(act)}"{name}>{safe(label)}</button>'


def title(text: str, under: str = "") -> str:
    """The headline of a card, with a quieter sentence."""
    return f"<h3>{safe(text)}</h3>" + (f'<p class="soft">{safe(under)}</p>' if under else "")


def none(text: str) -> str:
    """Words in the place of something that is not there yet."""
    return f'<p class="nothing">{safe(text)}</p>'


def sentences(*texts: str) -> str:
    """A few sentences, each on a line of its own."""
    return "".join(f"<p>{safe(text)}</p>" for text in texts)


def steps(items: Iterable[tuple[str, str, str]]) -> str:
    """The way ahead: number, name, and what happens there."""
    return '<ol class="way">' + "".join(
        f'<li><span class="place">{safe(number)}</span><div><strong>{safe(name)}</strong><p>{safe(what)}</p></div></li>'
        for number, name, what in items
    ) + "</ol>"  # fmt: skip


def steps_done(names: Sequence[str], now: int) -> str:
    """What a piece of work consists of: done, under way, and still to come."""
    states = ("done" if place < now else "now" if place == now else "later" for place in range(len(names)))
    items = (f'<li class="{state}">{safe(name)}</li>' for state, name in zip(states, names, strict=True))
    return f'<div role="status"><ol class="working">{"".join(items)}</ol></div>'


def finding(sentence: str, preview: str, severity: str) -> str:
    """What was seen, with one example."""
    return f'<h4>{safe(sentence)}</h4><p class="soft">{span("severity", severity)} {safe(preview)}</p>'


def finding_with(sentence: str, severity: str, shown: str) -> str:
    """What was seen and how bad it is, above what is meant, which is markup already."""
    return f"<h4>{safe(sentence)} {span('severity', severity)}</h4>{shown}"


def seen(text: str) -> str:
    """A quiet line under a finding."""
    return f'<p class="soft">{safe(text)}</p>'


def seen_markup(markup: str) -> str:
    """The same for words that are markup already."""
    return f'<p class="soft">{markup}</p>' if markup else ""


def one_side(parts: Iterable[tuple[str, str]], side: str) -> str:
    """The words of one side, what only it says marked; which of two people a mask hides is no difference."""
    return "".join(
        safe(text)
        if where == "both" or by_kind(f"[{text}]") != f"[{text}]"
        else f'<mark class="differs">{safe(text)}</mark>'
        for text, where in parts
        if where in ("both", side)
    )


def change(parts: Iterable[tuple[str, str]]) -> str:
    """Before and after in one run of words: what goes is struck through, what comes is underlined."""
    tags = {"left": "del", "right": "ins"}
    return "".join(
        safe(text) if where == "both" else f"<{tags[where]}>{safe(text)}</{tags[where]}>" for text, where in parts
    )


def changed_row(label: str, parts: Iterable[tuple[str, str]]) -> str:
    """A row before and after its repair."""
    return block("changed", f'<p class="row-label">{safe(label)}</p>', block("words", change(parts)))


def copy_of(label: str, question: str, answer: str, warning: str = "") -> str:
    """A copy beside the row that is kept: its words with what differs, which are markup already."""
    warned = f" {tag(warning, 'warn')}" if warning else ""
    return block(
        "pair", f'<p class="row-label">{safe(label)}{warned}</p>', block("asked", block("words", question)),
        block("answered", block("words", answer)),
    )  # fmt: skip


def place(text: str) -> str:
    """Where somebody is in a row of things to decide; read out when it changes."""
    return f'<p class="at-place" role="status">{safe(text)}</p>' if text else ""


def sides(columns: Iterable[tuple[str, str, str]]) -> str:
    """Answers beside one another: who, a question that is markup already (may be empty), the answer as markup."""
    return block("sides", *(
        block(
            "side", f'<p class="who">{safe(who)}</p>',
            block("words question", question) if question else "", block("words", answer),
        )
        for who, question, answer in columns
    ))  # fmt: skip


def log(items: Iterable[tuple[str, str]], more: str = "") -> str:
    """What was decided, newest first: a sentence each, and by whom."""
    lines = "".join(f'<li>{safe(what)} <span class="by">{safe(who)}</span></li>' for what, who in items)
    rest = f'<p class="soft">{safe(more)}</p>' if more else ""
    return f'<ul class="plain log">{lines}</ul>{rest}'


def saved(address: str, name: str) -> str:
    """The link to a file that is being saved. It may stand there while she goes on, so it says as of when."""
    now = f"{datetime.now().astimezone():%H:%M}"
    before, after = say("html.saving", time=now, name="\0").split("\0")
    return f"<p>{before}{download(address, name)}{after}</p>"


def pieces(parts: Iterable[tuple[str, str]]) -> str:
    """Rendered text in its parts: learned, read or cut."""
    return '<div class="reads">' + "".join(span(f"piece {kind}", text) for text, kind in parts) + "</div>"


def reply_head(title: str, which: str, fingerprint: str, note: str = "") -> str:
    """Who answers in this column, and by which weights."""
    named = safe(say("html.fingerprint"))
    mark = f'<code class="technical" title="{named}">{safe(fingerprint)}</code>' if fingerprint else ""
    said = f'<p class="departs">{safe(note)}</p>' if note else ""
    return f'<p class="pane-title"><strong>{safe(title)}</strong> {tag(which)} {mark}</p>{said}'


def expert(answer: str, question: str) -> str:
    """The expert's own answer to an exam question, which it names."""
    top = f'<p class="who">{safe(say("html.your_own_answer_to", question=question))}</p>'
    return block("answered", top, block("words", safe(answer)))


def reply(text: str, fingerprint: str = "", note: str = "", parts: Sequence[tuple[str, str]] = ()) -> str:
    """A model's words in a chat, with the mark of the weights that wrote them; `parts` say what only it says."""
    weights = span("technical", say("html.weights", fingerprint=fingerprint)) if fingerprint else ""
    mark = f'<span class="mark">{weights}{safe(f" · {note}" if weights and note else note)}</span>'
    return (one_side(parts, "right") if parts else safe(text)) + (mark if fingerprint or note else "")


def certainty_bars(shares: Sequence[tuple[str, float]]) -> str:
    """Labels with a bar each for how sure a model is of them; nothing of one that does not say."""
    rows = "".join(
        f'<span class="sure-row"><span>{safe(label)}</span>'
        f'<svg class="bars" role="img" aria-label="{share:.0%}" width="100%" height="10"><title>{share:.0%}</title>'
        '<rect class="ground" x="0%" width="100%" y="1" height="8" rx="4"></rect>'
        f'<rect class="now" x="0%" width="{max(0.6, 100 * share):.1f}%" y="1" height="8" rx="4"></rect></svg>'
        f"<span>{share:.0%}</span></span>"
        for label, share in shares
    )
    return f'<span class="sure">{rows}</span>' if rows else ""


def brand(name: str) -> str:
    """The studio's name; its mark is drawn by the style sheet."""
    return f"<h1>{safe(name)}</h1>"


def account(text: str) -> str:
    """A link to one's own account."""
    return f'<a class="account-link" href="studio/account">{safe(text)}</a>'


def technical_switch(text: str) -> str:
    """The switch that shows what only technicians need; the page's script remembers it in this browser."""
    return f'<label class="technical-switch"><input type="checkbox"> {safe(text)}</label>'


def promise(text: str) -> str:
    """The line about where things stay, with a small dot."""
    return f'<p class="promise-line"><span class="dot"></span>{safe(text)}</p>'


def address(project: str, run: str, *, anew: bool = False) -> str:
    """For the page's script, which writes it into the address bar; never shown. Ids hold no spaces. `anew`: she has
    projects, and looks at none of them."""
    return f'<span class="at{" anew" if anew else ""}">{safe(project)} {safe(run)}</span>'


def script(text: str) -> str:
    """A program's text, line by line, to be read and copied."""
    return f'<pre class="script" tabindex="0">{safe(text, 200_000)}</pre>'


def wide(text: str) -> str:
    """Something broad, such as a table of answers, that scrolls by itself on a small screen."""
    return f'<div class="wide" tabindex="0" role="group" aria-label="table">{text}</div>'


def marked(label: str, before: str, what: str, after: str) -> str:
    """A detail marked within its sentence, with where that stands."""
    shown = f"{safe(before, 200)}<mark>{safe(what, 200)}</mark>{safe(after, 200)}"
    return f'<p class="marked"><span class="row-label">{safe(label)}</span> {shown}</p>'


def before_and_after(before: tuple[str, str], after: tuple[str, str], label: str) -> str:
    """One row as it was and as it is, side by side."""
    sides = ((say("html.before"), before), (say("html.after"), after))
    return f'<p class="row-label">{safe(label)}</p>' + block("sides", *(
        block("side", f'<p class="who">{name}: {safe(question, 300)}</p>', block("words", safe(answer, 600)))
        for name, (question, answer) in sides
    ))  # fmt: skip


def side_by_side(label: str, *sides: tuple[str, Example]) -> str:
    """Examples beside each other under one label, each with its question and answer."""
    return f'<p class="row-label">{safe(label)}</p>' + block("sides", *(
        block("side", f'<p class="who">{safe(name)}</p>', block("words", safe(one.question, 400)),
              f'<p class="who">{safe(say("html.answer"))}</p>', block("words", safe(one.answer, 400)))
        for name, one in sides
    ))  # fmt: skip


def ballot_paper(place: str, question: str, expert: str, left: tuple[str, str], right: tuple[str, str]) -> str:
    """A question with two replies that nobody is named for, each with a note (or none); both are drawn alike."""
    asked = f'<p class="who">{safe(place)}</p><h4>{safe(question, 2000)}</h4>'
    own = f'<p class="who">{safe(say("html.your_own_answer"))}</p>'
    known = block("asked", own, block("words", safe(expert))) if expert else ""
    return asked + known + block("sides", *(
        block("side", f'<p class="who">{side}</p>', block("words", safe(said) or span("none", say('html.no_words'))),
              f'<p class="who">{safe(note)}</p>' if note else "")
        for side, (said, note) in ((say('html.left'), left), (say('html.right'), right))
    ))  # fmt: skip


def asked(text: str, badge: str = "") -> str:
    """A person's words in a chat; the badge says when the question is no test."""
    return safe(text) + (f'<span class="mark">{safe(badge)}</span>' if badge else "")
