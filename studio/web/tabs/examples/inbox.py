"""The findings as an inbox: a line each with what was seen, one example and one button, and the rest under “More”.

One piece of markup, drawn in one go: a hundred lines cost no more parts of the page than one.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from studio.copy.catalog import say
from studio.data.checks.finding_preview import preview_of, turned
from studio.data.checks.fixes import most_lost
from studio.data.checks.pairs.copies import COSTS_MANY, UNLESS_MANY
from studio.data.checks.registry import by_rule, check_of, choices_for
from studio.data.privacy.choices import LEAVE_OURS
from studio.data.text.word_diff import difference, shortened
from studio.schemas.example import Example
from studio.schemas.finding import Finding, Kind
from studio.schemas.privacy import AllowedDetail
from studio.services.datasets.dataset_view import DatasetView
from studio.services.datasets.fix_all import FixAllPreview
from studio.services.datasets.uploaded_columns import HIDING, Cells, other_names
from studio.web import html
from studio.web.copy import decisions
from studio.web.copy import examples as copy
from studio.web.copy.common import short
from studio.web.copy.privacy import not_found
from studio.web.tabs.examples.private_lines import PERSONAL, POSSIBLE, ours_asked, private_example, private_more
from studio.web.tabs.examples.row_listing import rows_named

COPIES = frozenset(["exact_duplicate", "near_duplicate"])
SECOND_PRICE, STOCK = "second_price", "repeated_boilerplate"
LOOKED_AT = 50  # rows of a finding among which the examples are sought
EXAMPLES = 3  # rows of it that are shown under “More”
AROUND = 60  # letters on either side of a change
NARROW = 26  # the same on the one line of a finding
MOST_FOR_PREVIEW = 20_000  # rows up to which what “Fix all” would do is worked out with the list


def inbox(shown: DatasetView, preview: FixAllPreview | None, names_found: bool = False, told: str = "",
          allowed: Sequence[AllowedDetail] = (), cells: Mapping[int, Cells] | None = None) -> str:  # fmt: skip
    """The whole list. `preview` says what “Fix all” would do; None where that is still to be asked for. `told` is what
    the last press came to, where no decision says it. `allowed` is what she called her own or not private. `cells` are
    those of her other columns beside the rows of `priced_rows`."""
    examples = rows_named(shown.examples, rows_to_show(shown))
    lines = "".join(line(shown, finding, examples, names_found, preview, cells or {}) for finding in shown.findings)
    compared = say("examples.compared")
    nothing = say("examples.no_findings" if shown.decisions else "examples.no_findings_at_all", compared=compared)
    head = html.title(say("inbox.what_look_at")) if shown.findings else html.title(say("inbox.nothing_mend"), nothing)
    return (
        html.block("inbox-head", html.block("words-of-it", head), undo_press(shown))
        + (f'<p class="came-of-it" role="status">{html.safe(told)}</p>' if told else "")
        + fix_all_line(shown, preview)
        + (f"""<ul class="inbox">{lines}</ul>{html.seen(say("examples.keys"))}""" if lines else "")
        + decided(shown, allowed)
    )


def undo_press(shown: DatasetView) -> str:
    """Takes back the last decision, and says which one that is."""
    if not shown.decisions:
        return ""
    last = shown.decisions[-1]
    button = html.press(
        say("inbox.undo_of", decisions=len(shown.decisions)), f"undo {last.id}", shown.mark, "quiet undo"
    )
    return html.block("undo-last", button, html.span("soft", copy.takes_back(last.sentence)))


def fix_all_line(shown: DatasetView, preview: FixAllPreview | None) -> str:
    """What one press would do, and the press."""
    if not is_fixable(shown):
        return ""
    if preview is None:
        return html.block(
            "fix-all",
            html.seen(say("examples.fix_all_large")),
            html.press(say("examples.fix_all_ask"), "preview", shown.mark),
        )
    if not preview.by_kind:
        return html.block("fix-all", html.seen(say("examples.fix_all_waits")))
    said = html.seen(copy.fix_all(preview.rows_out, preview.rows_changed))
    which = html.folded(say("examples.fix_all_see"), html.listing(each_kind(shown, preview)), "fix-all")
    return html.block("fix-all", html.block("words-of-it", said, copies_by_change(shown, preview), which),
                      html.press(say('examples.fix_all'), "fix_all", shown.mark, "primary"))  # fmt: skip


def copies_by_change(shown: DatasetView, preview: FixAllPreview) -> str:
    """Why its number of rows may grow by a decision: words were changed, and copies are among what it takes out."""
    changes = any(decision.edits and decision.action == "fix" for decision in shown.decisions)
    return html.seen(say("examples.fix_all_copies")) if changes and COPIES & preview.by_kind.keys() else ""


def each_kind(shown: DatasetView, preview: FixAllPreview) -> list[str]:
    """What “Fix all” would do to the rows of each kind, and which rows these are."""
    labels = {example.id: example.label for example in shown.examples}
    places = {id: place for place, id in enumerate(labels)}
    named = {
        kind: [labels[id] for id in sorted(ids, key=places.__getitem__)] for kind, ids in preview.ids_by_kind.items()
    }
    told = [copy.fix_all_kind(kind, *preview.by_kind[kind], rows) for kind, rows in named.items()]
    twice = sum(map(len, named.values())) > preview.rows_out + preview.rows_changed
    hides = HIDING & preview.by_kind.keys() and other_names(shown.card)
    told += [say("examples.fix_all_columns")] if hides else []
    return [*told, *([say("examples.fix_all_twice")] if twice else [])]


def is_fixable(shown: DatasetView) -> bool:
    """Whether “Fix all” would do anything."""
    return bool(set(ruled(shown)) & {finding.kind for finding in shown.findings if finding.fix})


def line(
    shown: DatasetView, finding: Finding, examples: Mapping[int, Example], names_found: bool,
    preview: FixAllPreview | None, cells: Mapping[int, Cells],
) -> str:  # fmt: skip
    """One finding."""
    kind, seen = finding.kind, shown.mark
    (label, act), *others = ways_of(shown, finding)
    private = kind in PERSONAL and bool(finding.parts)
    example = private_example(finding) if private else example_of(finding, examples)
    beside = f" · {example}" if example else ""
    told = [finding.further] if finding.further else []
    told += [not_found(names_found)] if kind == "private_details" else []
    share, differs = in_fix_all(shown, finding, preview)
    waiting = len(waiting_rows(shown, finding))
    told += [share] if share and differs else []
    told += [copy.waiting(waiting, finding.count)] if waiting else []
    apart = f'<p class="soft apart">{html.safe(" ".join(told))}</p>' if told else ""
    inside = private_more(shown, finding) if private else shown_of(finding, examples)
    if finding.kind == SECOND_PRICE:
        inside = prices_shown(shown, finding, cells)
    if finding.kind == STOCK:
        inside = html.listing(copy.stock_lines(finding)) + inside
    lost = most_lost(finding, shown.examples) if finding.fix else 0
    warned = html.seen(copy.most_lost(lost, len(shown.examples))) if lost else ""
    buttons = "".join(html.press(name, other, seen, quiet_of(other)) for name, other in others)
    words = html.block(
        "what", f"<h4>{html.safe(decisions.headline_of(finding))}</h4>",
        f'<p class="soft example">{html.span("severity", copy.SEVERITIES[finding.severity])}{beside}</p>',
    )  # fmt: skip
    opener, rest = html.safe(say("examples.more")), html.block("presses-of", buttons)
    as_many = html.seen(share) if share and not differs else ""  # no news: its headline counts the same
    more = f'<details class="more"><summary>{opener}</summary>{warned}{as_many}{inside}{rest}</details>'
    return (
        f'<li class="line {finding.severity} kind-{kind}" tabindex="-1">{words}{html.press(label, act, seen, "main")}'
        f"{apart}{ours_asked(shown, finding) if private else ''}{more}</li>"
    )


def in_fix_all(shown: DatasetView, finding: Finding, preview: FixAllPreview | None) -> tuple[str, bool]:
    """What of this finding “Fix all” would mend, and whether that is another number than the finding's."""
    if preview is None or not finding.fix or finding.kind not in ruled(shown):
        return "", False
    out, changed = preview.by_kind.get(finding.kind, (0, 0))
    return copy.in_fix_all(out, changed), (out or changed) != finding.count


def waiting_rows(shown: DatasetView, finding: Finding) -> set[int]:
    """The rows of a finding that are not taken out before a person has decided about another finding of theirs."""
    check = check_of(finding.kind)
    first = check.waits_for if check is not None else ""
    return set(finding.rows) & {row for one in shown.findings if first and one.kind == first for row in one.rows}


def ways_of(shown: DatasetView, finding: Finding) -> list[tuple[str, str]]:
    """All that can be done with a finding, as labels and acts, the usual one first."""
    kind = finding.kind
    opening = [(decisions.OPEN[kind], f"open {kind}")] if finding.groups and kind in decisions.OPEN else []
    asked = any(spot.likely_ours for spot in finding.spots)
    if kind == "private_details":
        fixes = [(say("privacy.hide_others"), "hide_others")] if asked and has_others(finding) else []
        fixes.append((copy.BUTTONS[kind], "hide_all"))
    else:
        ways = ways_offered(shown, finding) if finding.fix and may_go(shown, finding) else []
        fixes = [(label, f"fix {kind} {choice}".strip()) for choice, label in ways]
    rows = [(say("inbox.show_rows"), f"rows {kind}")] if finding.rows else []
    read_again = kind == "too_few" and copy.lost_most(shown.card)
    rows = [(say("list_screen.choose_other_columns"), "columns"), *rows] if read_again else rows
    at_once = kind in by_rule() and not any(one.key == COSTS_MANY for one in finding.said)
    first = [*fixes, *opening] if at_once else [*opening, *fixes]
    return [*first, *rows, (say("inbox.leave_as"), f"leave {kind}")]


def has_others(finding: Finding) -> bool:
    """Whether anything was found beside what may be the organisation's own, as far as the shown details tell."""
    own = {(spot.kind, spot.row, spot.turn, spot.start) for spot in finding.spots if spot.likely_ours}
    kinds = {spot.kind for spot in finding.spots if spot.likely_ours}
    return len(finding.spots) > len(own) or bool(finding.parts.keys() - kinds)


def may_go(shown: DatasetView, finding: Finding) -> bool:
    """Whether any row of the finding waits for nothing else."""
    return len(waiting_rows(shown, finding)) < len(finding.rows)


def quiet_of(act: str) -> str:
    """Looking and leaving are quieter than changing."""
    return "quiet" if act.startswith(("rows", "leave")) else ""


def decided(shown: DatasetView, allowed: Sequence[AllowedDetail] = ()) -> str:
    """What was decided, folded away, each line with its own way back; what she called not private as well."""
    if not shown.decisions and not allowed:
        return ""
    newest = shown.decisions[: -decisions.MOST_TOLD - 1 : -1]
    lines = "".join(
        decided_line(shown, words, decisions.by_whom(one), f"undo {one.id}")
        for one, words in zip(newest, decisions.in_words(newest, shown.examples), strict=True)
    )
    more = decisions.before_these(len(shown.decisions) - len(newest))
    log = f'<ul class="plain log">{lines}</ul>{html.seen(more) if more else ""}' if lines else ""
    own = "".join(
        decided_line(shown, decisions.not_private(one), decisions.who_and_when(one.by, one.at), undo_of(one))
        for one in reversed(allowed)
    )
    if own:
        log += f'{html.seen(say("inbox.called_not_private"))}<ul class="plain log">{own}</ul>'
    title = say("inbox.what_was_decided", decisions=len(shown.decisions))
    return html.folded(title + (say("inbox.and_not_private", details=len(allowed)) if allowed else ""), log, "decided")


def decided_line(shown: DatasetView, words: str, by: str, act: str) -> str:
    """One decision with its own way back."""
    press = html.press(say("inbox.undo"), act, shown.mark, "quiet")
    return f'<li>{html.safe(words)} <span class="by">{html.safe(by)}</span> {press}</li>'


def undo_of(detail: AllowedDetail) -> str:
    """The act that makes a detail private again, by the moment at which it was called not private."""
    return f"disallow {detail.at.isoformat()}"


def ways_offered(shown: DatasetView, finding: Finding) -> list[tuple[str, str]]:
    """The choices of a fix with their labels, but for those that would leave out most of the rows."""
    choices = [(choice, decisions.CHOICES.get(f"{finding.kind}.{choice}", "")) for choice in choices_for(finding.kind)]
    named = [(choice, label) for choice, label in choices if label]
    if finding.kind == POSSIBLE and not (any(spot.likely_ours for spot in finding.spots) and has_others(finding)):
        named = [(choice, label) for choice, label in named if choice != LEAVE_OURS]
    if finding.parts and finding.kind not in PERSONAL:  # where nothing stands, nothing is taken out
        named = [(choice, label) for choice, label in named if choice in finding.parts or len(finding.parts) > 1]
    usual = copy.stock_button(finding) if finding.kind == STOCK else copy.BUTTONS.get(finding.kind)
    ways = named or [("", usual or say("inbox.mend_them"))]
    return [(choice, label) for choice, label in ways if not most_lost(finding, shown.examples, choice)]


def ruled(shown: DatasetView) -> list[Kind]:
    """What one press mends: all that needs no decision, and no fix that would leave out most of the rows."""
    losing = {finding.kind for finding in shown.findings if most_lost(finding, shown.examples)}
    return [kind for kind in by_rule() if kind not in losing]


# “23 rows hold the same number: is it yours?” is asked first; all other details are hidden. Near copies that are a
# large share of the rows are looked at before they go: hiding names can make most of a table copies of each other
ASKED_FIRST: Mapping[Kind, str] = {"private_details": LEAVE_OURS, "near_duplicate": UNLESS_MANY}


def rows_to_show(shown: DatasetView) -> set[int]:
    """The rows that the cards may need: the first of each finding, and its first group."""
    rows = {row for finding in shown.findings for row in finding.rows[:LOOKED_AT]}
    return rows | {row for finding in shown.findings for group in finding.groups[:1] for row in group[:LOOKED_AT]}


def priced_rows(shown: DatasetView) -> list[int]:
    """The rows of things with two prices whose other columns tell which is the newer: those that are listed."""
    prices = (finding for finding in shown.findings if finding.kind == SECOND_PRICE)
    return [row for finding in prices for row in finding.rows[:LOOKED_AT]]


def prices_shown(shown: DatasetView, finding: Finding, cells: Mapping[int, Cells]) -> str:
    """Each row with the price that it gives, and what stands beside it in her other columns."""
    examples = rows_named(shown.examples, finding.rows[:LOOKED_AT])
    return html.listing(
        f"{decisions.with_cells(decisions.row_name(example).capitalize(), cells.get(row, ()))}: {finding.notes[row]}"
        for row, example in examples.items() if row in finding.notes
    )  # fmt: skip


def shown_of(finding: Finding, examples: Mapping[int, Example]) -> str:
    """What is meant, as markup: a pair that differs, words before and after, how long and where cut, or the row."""
    group = [examples[row] for row in (finding.groups[0] if finding.groups else ()) if row in examples]
    if finding.kind in decisions.OPEN and len(group) > 1:
        return pair_shown(finding.kind, group)
    rewritten = "".join(islice(changed_rows(finding, examples), EXAMPLES))
    return rewritten or html.seen_markup(example_of(finding, examples))


def example_of(finding: Finding, examples: Mapping[int, Example]) -> str:
    """One example on one line, as markup; nothing where no row of a small table says more than another."""
    group = [examples[row] for row in (finding.groups[0] if finding.groups else ()) if row in examples]
    if finding.kind in decisions.OPEN and len(group) > 1:
        return html.safe(pair_in_short(finding.kind, group))
    seen = preview_of(finding, examples)
    if seen is None or finding.kind == "too_few":
        return ""
    label = decisions.row_name(seen.example).capitalize()
    if seen.before != seen.after:
        return f"{html.safe(label)}: {html.change(shortened(difference(seen.before, seen.after), NARROW))}"
    return html.safe(decisions.cut(seen) if finding.kind == "too_long" else copy.of_row(label, finding.kind, seen))


def pair_in_short(kind: Kind, group: list[Example]) -> str:
    """The first two rows of a group, in one sentence."""
    one = group[0]
    if kind != "conflicting_answers":
        return copy.copies(one, group)
    other = next((example for example in group[1:] if example.answer != one.answer), group[1])
    return copy.two_answers(one.question, one.answer, other.answer)


def changed_rows(finding: Finding, examples: Mapping[int, Example]) -> Iterator[str]:
    """Rows that the fix would rewrite, before and after."""
    for row in finding.rows[:LOOKED_AT]:
        before, after = turned(finding, examples[row]) if row in examples else ("", "")
        if before != after:
            label = decisions.row_name(examples[row]).capitalize()
            yield html.changed_row(label, shortened(difference(before, after), AROUND))


def pair_shown(kind: Kind, group: list[Example]) -> str:
    """The first two rows of a group, with what differs marked."""
    one = group[0]
    if kind == "exact_duplicate":
        return html.seen(copy.copies(one, group))
    other = next((example for example in group[1:] if example.answer != one.answer), group[1])
    same = one.answer == other.answer
    texts = (one.question, other.question) if same else (one.answer, other.answer)
    parts = shortened(difference(*texts), AROUND)
    return html.seen(f"“{short(one.answer if same else one.question, 160)}”") + html.sides(
        (decisions.row_name(example).capitalize(), "", html.one_side(parts, side))
        for example, side in ((one, "left"), (other, "right"))
    )
