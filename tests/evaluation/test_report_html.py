"""The page holds everything, runs nothing, and compares only what can be compared."""

import json
import re
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser

from studio.evaluation.report_figures import guard_bars
from studio.evaluation.report_html import report_page
from studio.evaluation.report_values import notes_on, score_tables
from studio.evaluation.report_versus import differences
from studio.schemas.report import (
    Advice,
    Cause,
    ComparedRow,
    Conclusion,
    Estimate,
    GuardExample,
    GuardResult,
    ReadAnswer,
    Report,
    VoteCount,
)
from studio.web.tabs.report.report_html import drawing, guard_of

NASTY = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"


def report(value: float = 0.8, run: str = "r1", exam: str = "ab") -> Report:
    measured = Estimate(value=value, low=value - 0.05, high=value + 0.05)
    return Report(
        id="p1", created=datetime(2026, 11, 20, tzinfo=UTC), by=NASTY, project=NASTY, run=run, exam_sha256=exam,
        questions=41, work="free text", main_metric="chrf", contestants=("base", "tuned"),
        metrics={"chrf": {"tuned": measured, "base": Estimate(value=0.2, low=0.1, high=0.3)}},
        comparisons=(ComparedRow(metric="chrf", one="tuned", other="base", better="tuned", difference=0.6, low=0.5,
                                 high=0.7, p=0.001, questions=41, sentence=NASTY),),
        probes=(GuardResult(name="forgetting", state="fail", sentence=NASTY,
                      evidence=(GuardExample(question=NASTY, before=NASTY, after=NASTY),)),),
        verdict=Conclusion(advice=Advice.USE_FOR, sentence="Use it for letters."),
        diagnosis=(Cause(name="forgot", found=True, sentence=NASTY),), sentences=(NASTY,), titles={"chrf": "Likeness"},
        confusion={"tuned": {NASTY: {NASTY: 3}}}, decisions=(NASTY,), recipe={"r": 16, "note": NASTY},
        best=(ReadAnswer(question=NASTY, expert=NASTY, replies={"tuned": NASTY}, score=1),),
        votes=(VoteCount(one="tuned", other="base", wins=9, losses=3, ties=0, both_bad=0, people=2, sentence=NASTY),),
        data={"licence": NASTY}, fingerprints={"tuned": "0123456789ab"}, versions={"torch": "2.13"}, limits=(NASTY,),
        same_answer="Same means: as the column says, “<b>” included.",
    )  # fmt: skip


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_nothing_of_a_file_or_model_becomes_a_tag() -> None:
    reader = Tags()
    reader.feed(report_page(report(), report(0.6, "r0")))
    assert not reader.tags & {"script", "img", "a", "iframe", "link", "form"}
    assert not {name for name in reader.attributes if name.startswith("on") or name in ("src", "href")}


def test_the_rule_of_the_same_answer_stands_beside_the_figures_and_in_the_json() -> None:
    assert "Same means: as the column says, “&lt;b&gt;” included." in report_page(report())
    assert "Same means" in json.loads(report().model_dump_json())["same_answer"]


def test_the_page_shows_values_with_intervals_and_room_to_sign() -> None:
    page = report_page(report())
    for words in ("80.0 (75.0 to 85.0)", "Likeness", "your version", "What it cost", "0123456789ab", "approved by"):
        assert words in page


def test_two_reports_on_one_exam_are_compared_and_others_refused() -> None:
    said = " ".join(differences(report(0.8), report(0.5, "r0")))
    assert "same exam" in said and "50.0 (45.0 to 55.0) then, 80.0 (75.0 to 85.0) now." in said
    assert "overlap" in " ".join(differences(report(0.8), report(0.78)))
    assert differences(report(), report(exam="cd")) == [
        "The two reports are about different exams and cannot be compared."
    ]


def test_an_older_report_of_made_up_facts_is_not_told_that_more_of_them_is_better() -> None:
    share = Estimate(value=0.38, low=0.2, high=0.5)
    old = GuardResult(name="made_up", state="fail", before=share, after=share, sentence="2 of 34 left open.")
    assert "is better" not in guard_bars(old, str)
    assert "less is better" in guard_bars(old.model_copy(update={"less_is_better": True}), str)


def test_the_page_bears_the_projects_title_as_she_knows_it() -> None:
    named = report().model_copy(update={"project": "office-mail-cb5b", "project_title": "office_mail"})
    page = report_page(named)
    assert "Project office_mail, run" in page and "office-mail-cb5b" not in page
    assert "Project office-mail-cb5b, run" in report_page(named.model_copy(update={"project_title": ""}))


def test_the_page_is_about_the_run_as_she_calls_it_and_names_its_folder_among_how_it_was_made() -> None:
    named = report(run="run-20261127-180745-e43c").model_copy(update={"run_title": "Shorter answers"})
    page = report_page(named, named)
    assert "<title>Report on run Shorter answers</title>" in page and "run Shorter answers, exam of" in page
    assert page.count("run-20261127-180745-e43c") == 1 and "Folder of the run" in page
    assert "Report on run r1" in report_page(report()), "a report of before has the folder's name alone"


def test_each_measure_stands_under_the_unit_that_it_is_counted_in() -> None:
    """“Points of 100” is no heading for a mistakes score of 5.87 or a surprise of 356."""
    base, tuned = (Estimate(value=value, low=value - 1, high=value + 1) for value in (5.87, 3.17))
    whole = report().model_copy(update={
        "metrics": {**report().metrics, "loss": {"base": base, "tuned": tuned}}, "lower_is_better": ("loss",),
        "contestants": ("base", "lookup", "tuned"),
    })  # fmt: skip
    points, own = score_tables(whole)
    assert points.heading.startswith("Points of 100") and points.metrics == ("chrf",)
    assert own.heading.startswith("No points of 100") and own.metrics == ("loss",)
    assert own.contestants == ("base", "tuned"), "nobody has a column of nothing"
    for shown in (report_page(whole), unescape("".join(drawing(whole)))):
        assert shown.index("Points of 100") < shown.index("80.0 (") < shown.index("No points of 100")
        assert shown.index("No points of 100") < shown.index("5.87 (4.87 to 6.87)")


def test_both_places_show_a_score_with_the_same_figures() -> None:
    for shown in (report_page(report()), unescape("".join(drawing(report())))):
        assert "80.0 (75.0 to 85.0)" in shown


def test_what_does_not_refuse_to_help_is_told_from_what_says_that_it_does_not_know() -> None:
    answers = {"answers": {"base": Estimate(value=1.0, low=0.75, high=1.0)}}
    whole = report().model_copy(update={"metrics": {**report().metrics, **answers}})
    (note,) = notes_on(whole)
    assert "“The text does not say” refuses nothing" in note and not notes_on(report())
    assert note in unescape(report_page(whole)) and note in unescape("".join(drawing(whole)))


def test_technical_names_are_printed_and_on_the_page_they_wait_for_the_switch() -> None:
    drawn = unescape("".join(drawing(report())))
    outside = re.sub(r'<span class="technical">.*?</span>', "", drawn)
    assert "(chrF)" in drawn and "(base model)" in drawn
    assert not re.search(r"chrF|base model|fine-tuned", outside)
    assert "Likeness (chrF)" in report_page(report()) and "Starting model (base model)" in report_page(report())


def test_an_answer_of_her_own_that_the_model_knows_is_not_told_as_its_reply() -> None:
    """The page quoted her own words behind "Now:", beside a share of 0%."""
    known = GuardResult(name="memorised", state="warn", sentence="Of 9 details it knows 5.",
                        evidence=(GuardExample(question="Who is Diego?", taught="Box 4."),))  # fmt: skip
    page = unescape(guard_of(known))
    assert "In your examples: “Box 4.”" in page and "Now:" not in page
    printed = unescape(report_page(report().model_copy(update={"probes": (known,)})))
    assert "in your examples: “Box 4.”" in printed
