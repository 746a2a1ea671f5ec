"""Feedback as an inbox: a line each with what was asked, said and should have been said, and the buttons.

One piece of markup, drawn in one go, as the findings are; the same keys lead through it.
"""

from collections.abc import Sequence

from studio.copy.accounts import names_somebody
from studio.copy.catalog import has, say
from studio.schemas.loop.feedback import Feedback
from studio.schemas.loop.inbox import Inbox, InboxEntry
from studio.services.chats.contestants import WITHOUT_WEIGHTS
from studio.services.feedback.feedback_inbox import in_words
from studio.web import html
from studio.web.copy.common import short

ACCEPT, HIDE, CHANGE, LEAVE, REOPEN = "accept", "hide", "change", "leave", "reopen"
UNDO, ACCEPT_ALL = "undo", "accept_all"
QUIET = (ACCEPT, LEAVE)  # beside the main press
SHORT = 160  # letters of a reason that stand in the line
DECIDED_SHORT = 90  # letters of an answer that was decided about
SHOWN, DECIDED = 50, 30  # lines; the others come when these are decided


def inbox_of_feedback(found: Inbox, *, may_change: bool) -> str:
    """All of it: the count in one sentence, who contradicts others, the lines, and what was decided."""
    if not (found.waiting or found.counting or found.left):
        return html.title(say("next_version.nobody_said"), say("next_version.how_to_say"))
    head = html.title(in_words(found), say("next_version.counts_when_accepted"))
    authors = "".join(
        html.notice(say("inbox_counts.author", **one.model_dump()), say("next_version.read_theirs"), tone="warn")
        for one in found.authors
    )
    lines = "".join(line(entry, may_change) for entry in sorted(found.waiting, key=urgency)[:SHOWN])
    more = len(found.waiting) - SHOWN
    return (
        html.block("inbox-head", html.block("words-of-it", head), undo_press(found) if may_change else "")
        + authors
        + (accept_all_line(found) if may_change else "")
        + (f'<ul class="inbox">{lines}</ul>' if lines else "")
        + (html.seen(say("next_version.more", count=more)) if more > 0 else "")
        + (html.seen(say("next_version.keys")) if lines and may_change else "")
        + decided(found, may_change)
    )


def urgency(entry: InboxEntry) -> int:
    """What she comes for stands first: words of people, then bad replies that want some, then what was good."""
    one = entry.feedback
    return 0 if one.correction is not None else 1 if one.opinion != "good" else 2


def undo_press(found: Inbox) -> str:
    """Takes the newest decision back."""
    number = len(found.counting) + len(found.left)
    if not number:
        return ""
    return html.block("undo-last", html.press(say("inbox.undo_of", decisions=number), UNDO, kind="quiet undo"))


def accept_all_line(found: Inbox) -> str:
    """One press for all that nothing speaks against."""
    if len(found.plain) < 2:
        return ""
    said = html.seen(say("next_version.plain", count=len(found.plain)))
    press = html.press(say("next_version.accept_plain"), ACCEPT_ALL, str(len(found.plain)), "primary")
    return html.block("fix-all", html.block("words-of-it", said), press)


def line(entry: InboxEntry, may_change: bool) -> str:
    """One feedback."""
    one = entry.feedback
    severity = "serious" if entry.notes else "look"
    what = html.block(
        "what", f"<h4>{html.safe(short(one.question, 160))}</h4>",
        f'<p class="soft example">{html.span("severity", say(f"next_version.is_{one.opinion}"))} '
        f"{html.safe(in_short(one))}</p>",
        f'<p class="soft example">{html.safe(because(short(one.reason, SHORT)))}</p>' if one.reason else "",
        "".join(f'<p class="apart noticed">{html.safe(note.text)}</p>' for note in entry.notes),
    )  # fmt: skip
    (label, act), *others = ways(one, private=entry.is_private)
    buttons = "".join(
        html.press(name, other, kind="quiet" if other.split()[0] in QUIET else "") for name, other in others
    )
    opener = html.safe(say("examples.more"))
    more = (
        f'<details class="more"><summary>{opener}</summary>{whole(one)}'
        f"{html.block('presses-of', buttons) if may_change else ''}</details>"
    )
    main = html.press(label, act, kind="main") if may_change else ""
    return f'<li class="line {severity} kind-{key_of(one)}" tabindex="-1">{what}{main}{more}</li>'


def key_of(one: Feedback) -> str:
    """By which the page's script finds the line again."""
    return "f" + "".join(letter if letter.isalnum() else "_" for letter in one.id)


def ways(one: Feedback, *, private: bool = False) -> list[tuple[str, str]]:
    """What can be done, the usual one first: a bad reply without an answer wants one, and details of somebody are
    hidden before they are taught."""
    alone = "good" if one.opinion == "good" else "bad"
    accept = (say("next_version.accept" if one.teaches else f"next_version.accept_{alone}"), f"{ACCEPT} {one.id}")
    change = (say("next_version.change" if one.teaches else "next_version.write"), f"{CHANGE} {one.id}")
    hide, as_it_is = (
        (say("next_version.accept_hidden"), f"{HIDE} {one.id}"),
        (say("next_version.accept_as_is"), accept[1]),
    )
    leave = (say("next_version.leave"), f"{LEAVE} {one.id}")
    if private:
        return [hide, change, as_it_is, leave]
    return [change, accept, leave] if one.correction is None and one.opinion != "good" else [accept, change, leave]


def in_short(one: Feedback, longest: int = 160) -> str:
    """What was answered and by whom, and what should have been."""
    if one.correction is None:
        return answered(one, longest)
    return say("next_version.instead_of", correction=short(one.correction, longest - 20),
               answered=answered(one, longest - 60))  # fmt: skip


def answered(one: Feedback, longest: int) -> str:
    """The reply, with who gave it: “good” said of the starting model is no praise of the version."""
    return say("next_version.answered", who=who_answered(one), reply=short(one.reply, longest))


def who_answered(one: Feedback) -> str:
    """As the columns of Compare are named. Older feedback from a conversation does not say who it was."""
    if one.contestant and has(f"next_version.who.{one.contestant}"):
        return say(f"next_version.who.{one.contestant}")
    told = one.version and (one.contestant or one.origin != "chat")  # what a program or a vote names is the version
    return say(f"next_version.who.{'tuned' if told else 'unknown'}")


def because(reason: str) -> str:
    """Why, in the words of who said it."""
    return say("next_version.because", reason=reason)


def whole(one: Feedback) -> str:
    """Every word, who said it, when, and about which version."""
    words = [(say("next_version.answer", who=who_answered(one)), html.safe(one.reply))]
    if one.correction is not None:
        words.append((say("next_version.should_be"), html.safe(one.correction)))
    before = [(say(f"next_version.role_{turn.role}"), html.safe(turn.content)) for turn in one.turns]
    key = "said_by" if names_somebody(one.author) else "said_on"
    place = say(f"next_version.from_{one.origin}")
    told = [say(f"next_version.{key}", who=one.author, at=one.at.astimezone(), place=place)]
    told += [because(one.reason)] if len(one.reason) > SHORT else []  # else the line has it
    if one.teaches and any(turn.role == "assistant" for turn in one.turns):
        told.append(say("next_version.before_is_read"))
    told += [] if one.teaches else [say("next_version.only_judged")]
    key = "of_version_beside" if one.contestant in WITHOUT_WEIGHTS else "of_version"
    told += [say(f"next_version.{key}", version=one.version)] if one.version else []
    return html.sides([(who, "", text) for who, text in (*before, *words)]) + html.listing(told)


def decided(found: Inbox, may_change: bool) -> str:
    """What was accepted, changed or left, folded away, the newest first, each with its own way back."""
    done: Sequence[Feedback] = [*(entry.feedback for entry in found.counting), *found.left]
    if not done:
        return ""
    newest = sorted(done, key=lambda one: one.at, reverse=True)[:DECIDED]
    items = "".join(
        f"<li>{html.safe(say(f'next_version.state_{one.state}'))} {html.safe(short(one.question, 80))} "
        f"{html.span('severity', say(f'next_version.is_{one.opinion}'))} {html.safe(in_short(one, DECIDED_SHORT))} "
        f'<span class="by">{html.safe(one.author if names_somebody(one.author) else "")}</span> '
        f"{html.press(say('inbox.undo'), f'{REOPEN} {one.id}', kind='quiet') if may_change else ''}</li>"
        for one in newest
    )
    more = len(done) - len(newest)
    rest = html.seen(say("next_version.more_decided", count=more)) if more else ""
    title = say("next_version.decided", counting=len(found.counting), left=len(found.left))
    return html.folded(title, f'<ul class="plain log">{items}</ul>{rest}')
