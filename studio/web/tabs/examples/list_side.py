"""What stands beside the list of findings: how the model reads the rows, their parts, the account, the ways to save."""

from collections.abc import Container

from studio.copy.catalog import say
from studio.services.datasets.dataset_view import DatasetView, SplitSizes
from studio.web import html
from studio.web.copy import examples as copy


def why_no_exam(shown: DatasetView, aside: SplitSizes) -> str:
    """Why no exam can be set aside, and the button where the column that ties rows together is the reason."""
    if not aside.groups:
        return html.sentences(aside.why)
    said = copy.groups_bar(shown.card.mapping.group, aside.groups)
    return html.notice(said, "", tone="warn") + html.press(say("examples.untie"), "untie", shown.mark)


def preview_of_reading(shown: DatasetView, taught: Container[str] = ()) -> str:
    """The first example that is taught, as the model would read it; the first of all where no exam can be set aside."""
    whole = [one for one in shown.examples if one.question.strip() and one.answer.strip()]
    good = next((one for one in whole if one.id in taught), whole[0] if whole else None)
    return html.title(say("list_screen.how_model_will_read")) + (
        html.pair(good.question, good.answer, label=say("list_screen.row", id=good.label), longest=260)
        if good
        else html.none(say("list_screen.no_row_has_both"))
    )


def account_of(shown: DatasetView) -> str:
    """Every row accounted for."""
    lines = copy.left_out(shown.drops, shown.card.dropped)
    told = html.title(say("list_screen.every_row_accounted_for"), copy.account(shown.card))
    return told + "".join(html.seen(line) for line in [*lines, copy.row_numbers(shown.examples)])


def save_presses() -> str:
    """The ways to save, the usual ones in front."""
    first, more = (
        html.block("presses-of", "".join(html.press(label, f"save {form}") for form, label in forms.items()))
        for forms in (copy.SAVE_FORMS, copy.MORE_SAVE_FORMS)
    )
    return first + html.seen(say("examples.which_csv")) + html.folded(say("list_screen.more_ways_save"), more)
