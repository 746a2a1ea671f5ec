"""What was accepted is held against what was taught, whether it corrects an answer or calls one good."""

import pytest

from studio.errors import StudioError
from studio.schemas.example import Message
from studio.schemas.loop.feedback import Feedback
from studio.services.studio import Studio
from tests.services.versions.test_next_version import rows, taught

PLAIN = "How much is a full service?"
OLD = "Thank you for asking. A full service is £65 plus any parts, and it takes two days."
NEW = OLD.replace("65", "78")


def called_good(studio: Studio, project: str, runs: list[str], question: str, reply: str) -> Feedback:
    """As the button “Good” under a reply gives it, accepted."""
    given = studio.feedback.add(project, by="ana", key=question, origin="chat", version=runs[0], judgement="right",
                                reply=reply, turns=(Message(role="user", content=question),))  # fmt: skip
    return studio.feedback.accept(project, [given.id], by="ana")[0]


@pytest.fixture
def priced(studio: Studio, project: str) -> str:
    """The project, with two rows that give a price."""
    for question in (PLAIN, "Hi, what do you charge for a full service?"):
        studio.examples.add(project, studio.examples.newest(project), by="ana", question=question, answer=OLD)
    return project


def test_an_answer_called_good_that_contradicts_a_taught_row_is_decided_before(
    studio: Studio, project: str, runs: list[str]
) -> None:
    row = taught(studio, project)
    one = called_good(studio, project, runs, row.question, "It was given away last spring, and will not come again.")
    plan = studio.next_versions.plan(project)
    assert [(met.feedback.id, met.meets[0].id) for met in plan.sorted.contradicting] == [(one.id, row.id)]
    with pytest.raises(StudioError, match="1 accepted answer contradicts what was taught"):
        studio.next_versions.make(project, by="ana")


@pytest.mark.parametrize(("holds", "prices"), [("correction", {NEW}), ("taught", {OLD}), ("both", {NEW, OLD})])
def test_another_price_under_another_question_is_named_as_in_the_inbox_and_decided(
    studio: Studio, priced: str, runs: list[str], holds: str, prices: set[str]
) -> None:
    asked = "Could you tell me the price of a full service?"
    called_good(studio, priced, runs, asked, NEW)
    assert studio.feedback_inbox.inbox(priced).counting[0].notes[0].kind == "contradicts"
    (found,) = studio.next_versions.plan(priced).sorted.contradicting
    assert found.by_price and {row.question for row in found.meets} == {
        PLAIN, "Hi, what do you charge for a full service?"
    }  # fmt: skip
    studio.next_versions.make(priced, by="ana", contradictions=holds)
    after = rows(studio, priced)
    assert {answer for question, answer in after.items() if "full service" in question} == prices
    assert after.get(asked, NEW) == NEW, "no row gets an answer to another question"
