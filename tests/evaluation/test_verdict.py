"""The verdict follows its documented rules, and the diagnosis its order."""

import random

import pytest

from studio.evaluation.diagnosis import (
    CommonestAnswer,
    DiagnosisInputs,
    StoppedEarly,
    diagnose,
    first_cause,
    neighbour_gain,
    unlike_neighbours,
)
from studio.evaluation.statistics.intervals import Interval
from studio.evaluation.verdict import conclude, heeding_teachers, limited
from studio.schemas.report import Advice, Cause, ComparedRow, Conclusion, Estimate, GuardResult, TaughtBy
from studio.schemas.sentence import Sentence


def row(one: str, other: str, better: str, metric: str = "chrf") -> ComparedRow:
    return ComparedRow(metric=metric, one=one, other=other, better=better, difference=0.1, low=0.0, high=0.2, p=0.5,
                       questions=40, sentence=f"{one} against {other}")  # fmt: skip


def fails(name: str) -> GuardResult:
    return GuardResult(name=name, state="fail", sentence=f"{name} got worse", blocks_sharing=name == "memorised")


BASE, HIGH = Interval(0.2, 0.1, 0.3), Interval(0.95, 0.9, 0.99)
BETTER = [row("tuned", "base", "tuned"), row("tuned", "prompted", "tuned"), row("prompted", "base", "prompted")]


@pytest.mark.parametrize(("rows", "base", "guards", "advice"), [
    (BETTER, BASE, [], Advice.USE),
    (BETTER, BASE, [fails("forgetting")], Advice.USE_FOR),
    ([*BETTER, row("tuned", "base", "base", "stops")], BASE, [], Advice.USE_FOR),
    ([row("tuned", "base", "tuned"), row("tuned", "prompted", "prompted")], BASE, [], Advice.PROMPT),
    ([row("tuned", "base", "tuned"), row("tuned", "prompted", ""), row("prompted", "base", "prompted")], BASE, [],
     Advice.PROMPT),
    ([row("tuned", "base", "tuned"), row("tuned", "lookup", "lookup")], BASE, [], Advice.LOOKUP),
    ([row("tuned", "base", ""), row("tuned", "prompted", "")], BASE, [], Advice.NOT_YET),
    ([row("tuned", "base", "")], HIGH, [], Advice.BASE),
    ([row("tuned", "base", "base")], BASE, [], Advice.NOT_YET),
    ([row("tuned", "base", "base")], HIGH, [], Advice.BASE),
    ([], BASE, [], Advice.NOT_YET),
])  # fmt: skip
def test_each_rule(rows: list[ComparedRow], base: Interval, guards: list[GuardResult], advice: Advice) -> None:
    assert conclude("chrf", {"base": base}, rows, guards).advice is advice


def test_answers_that_are_mostly_not_hers_are_to_be_read_first() -> None:
    """It leads the starting model, whose answers are nothing like hers; its own are a third like them."""
    third = Interval(0.32, 0.28, 0.36)
    said = conclude("chrf", {"base": BASE, "tuned": third}, BETTER)
    assert said.advice is Advice.USE_FOR
    assert said.not_for == ("answers that go out unread (they are 32 of 100 like yours)",)
    assert conclude("chrf", {"base": BASE, "tuned": HIGH}, BETTER).advice is Advice.USE


def test_what_it_is_not_for_is_said() -> None:
    said = conclude("chrf", {"base": BASE}, BETTER, [fails("forgetting"), fails("memorised")])
    assert "not for general questions" in said.sentence and "Read what got worse" in said.sentence


def test_not_better_names_the_first_cause() -> None:
    causes = [Cause(name="did_not_learn", found=True, sentence="It did not learn.", next_action="teach_bolder")]
    assert "It did not learn." in conclude("chrf", {}, [row("tuned", "base", "")], causes=causes).sentence


UNLEARNT = [Cause(name="did_not_learn", found=True, sentence="It did not learn.", next_action="teach_bolder")]
BEHIND = [row("tuned", "base", ""), row("tuned", "prompted", "prompted"), row("prompted", "base", "prompted"),
          row("tuned", "lookup", "lookup")]  # fmt: skip


def test_a_run_that_did_not_learn_proves_nothing_about_teaching() -> None:
    low = {"base": BASE, "prompted": Interval(0.3, 0.2, 0.4), "lookup": Interval(0.6, 0.5, 0.7)}
    said = conclude("chrf", low, BEHIND, causes=UNLEARNT)
    assert said.advice is Advice.NOT_YET and "It did not learn." in said.sentence
    assert conclude("chrf", low | {"prompted": HIGH}, BEHIND, causes=UNLEARNT).advice is Advice.PROMPT
    assert conclude("chrf", low, BEHIND).advice is Advice.LOOKUP


@pytest.mark.parametrize(("better", "words"), [
    ("", "a good prompt does about as well as your version (48.0 and 50.0 of 100)"),
    ("prompted", "a good prompt comes nearer to your answers (48.0 of 100) than your version does (40.0)"),
])  # fmt: skip
def test_of_two_that_cannot_be_told_apart_none_is_said_to_be_nearer(better: str, words: str) -> None:
    tuned = Interval(0.4, 0.38, 0.42) if better else Interval(0.5, 0.48, 0.51)
    values = {"base": BASE, "prompted": Interval(0.48, 0.44, 0.5), "tuned": tuned}
    rows = [row("tuned", "base", "tuned"), row("tuned", "prompted", better), row("prompted", "base", "prompted")]
    by_heart = Cause(name="by_heart", found=True, sentence="By heart.", next_action="fewer_rounds")
    said = conclude("chrf", values, rows, causes=[by_heart])
    assert said.advice is Advice.NOT_YET and f"{words}, and neither is near" in said.sentence


def test_of_a_prompt_and_a_look_up_that_are_both_enough_the_better_one_is_named() -> None:
    values = {"base": BASE, "prompted": Interval(0.3, 0.2, 0.4), "lookup": Interval(0.6, 0.5, 0.7)}
    assert conclude("chrf", values, BEHIND).advice is Advice.LOOKUP
    said = conclude("chrf", values | {"prompted": Interval(0.7, 0.6, 0.8)}, BEHIND)
    assert said.advice is Advice.PROMPT and said.said[0].key == "verdict.prompt"


def test_nobody_is_sent_away_from_teaching_by_a_look_up_that_is_no_good_either() -> None:
    values = {"base": BASE, "tuned": Interval(0.11, 0.1, 0.12), "lookup": Interval(0.19, 0.16, 0.22)}
    said = conclude("chrf", values, [row("tuned", "base", "tuned"), row("tuned", "lookup", "lookup")])
    assert said.advice is Advice.NOT_YET and "Do not teach" not in said.sentence
    assert "nearer to yours (19.0 of 100) than your version does (11.0)" in said.sentence


def test_sound_without_content_is_not_better() -> None:
    muddled = [Cause(name="contradictions", found=True, sentence="The data contradicts itself.")]
    level, ahead = [*BETTER, row("tuned", "lookup", "")], [*BETTER, row("tuned", "lookup", "tuned")]
    said = conclude("chrf", {"base": BASE}, level, causes=muddled)
    assert said.advice is Advice.NOT_YET and "contradicts itself" in said.sentence
    assert "cannot tell" in said.sentence and "no more than" not in said.sentence, "no more than its own table says"
    assert conclude("chrf", {"base": BASE}, ahead, causes=muddled).advice is Advice.USE
    assert conclude("chrf", {"base": BASE}, level).advice is Advice.USE


def test_a_run_that_was_not_taught_to_stop_proves_nothing_about_teaching_either() -> None:
    endless = [Cause(name="stop", found=True, sentence="It was never taught to stop.", next_action="teach_stop")]
    behind = [row("tuned", "base", "tuned"), row("tuned", "lookup", "lookup")]
    said = conclude("chrf", {"base": BASE}, behind, causes=endless)
    assert said.advice is Advice.NOT_YET and "never taught to stop" in said.sentence
    assert conclude("chrf", {"base": BASE}, behind).advice is Advice.LOOKUP


def test_a_look_up_that_may_do_as_well_is_spoken_of() -> None:
    said = conclude("chrf", {"base": BASE}, [*BETTER, row("tuned", "lookup", "")])
    assert "may do as well" in said.sentence
    assert "may do as well" not in conclude("chrf", {"base": BASE}, [*BETTER, row("tuned", "lookup", "tuned")]).sentence


def test_better_and_still_mostly_wrong_is_for_somebody_who_checks() -> None:
    rows = [row("tuned", "base", "tuned", "field_f1"), row("tuned", "prompted", "tuned", "field_f1")]
    said = conclude("field_f1", {"base": Interval(0, 0, 0.1), "tuned": Interval(0.27, 0.1, 0.4)}, rows)
    assert said.advice is Advice.USE_FOR and "right in 27 of 100" in said.sentence
    fine = conclude("field_f1", {"base": Interval(0, 0, 0.1), "tuned": Interval(0.8, 0.7, 0.9)}, rows)
    assert fine.advice is Advice.USE


def test_mostly_wrong_and_no_better_than_a_look_up_is_not_better_yet() -> None:
    values = {"base": BASE, "tuned": Interval(0.23, 0.1, 0.4)}
    rows = [row("tuned", "base", "tuned", "label_accuracy"), row("tuned", "lookup", "", "label_accuracy")]
    said = conclude("label_accuracy", values, rows)
    assert said.advice is Advice.NOT_YET and "right in 23 of 100" in said.sentence
    ahead = [rows[0], row("tuned", "lookup", "tuned", "label_accuracy")]
    assert conclude("label_accuracy", values, ahead).advice is Advice.USE_FOR


def test_no_better_than_always_saying_the_same_is_not_better_yet() -> None:
    same = CommonestAnswer("That is not stated in the text.", 0.53, Interval(0.02, -0.1, 0.14))
    cause = next(it for it in diagnose(LEARNT._replace(common=same)) if it.name == "one_answer")
    assert cause.found and "as 53% of its examples do" in cause.sentence
    said = conclude("token_f1", {"base": BASE}, [row("tuned", "base", "tuned", "token_f1")], causes=[cause])
    assert said.advice is Advice.NOT_YET and "Always answering" in said.sentence
    ahead, seldom = same._replace(lead=Interval(0.3, 0.2, 0.4)), same._replace(share=0.02)
    for common in (ahead, seldom):
        assert not next(it for it in diagnose(LEARNT._replace(common=common)) if it.name == "one_answer").found


def test_a_changed_layout_is_never_judged() -> None:
    mismatch = [Cause(name="template", found=True, sentence="A mismatch was found.", next_action="restore_layout")]
    said = conclude("chrf", {"base": BASE}, BETTER, causes=mismatch)
    assert said.advice is Advice.NOT_YET and "mismatch" in said.sentence


def test_the_mistakes_score_alone_limits_nothing_and_other_measures_are_called_by_their_title() -> None:
    worse = row("tuned", "base", "base", "loss")
    assert conclude("chrf", {"base": BASE}, [*BETTER, worse]).advice is Advice.USE
    stops = row("tuned", "base", "base", "stops")
    said = conclude("chrf", {"base": BASE}, [*BETTER, stops])
    assert "work where “Stops by itself” matters" in said.not_for


def test_guards_that_were_left_out_are_not_called_passed() -> None:
    assert "nobody looked" in conclude("chrf", {"base": BASE}, BETTER).sentence
    passed = GuardResult(name="bias", state="pass", sentence="As before.")
    assert "nothing else got worse" in conclude("chrf", {"base": BASE}, BETTER, [passed]).sentence
    warned = GuardResult(name="general_text", state="warn", sentence="That is worse.")
    told = conclude("chrf", {"base": BASE}, BETTER, [passed, warned])
    assert told.advice is Advice.USE and "nothing else got worse" not in told.sentence
    assert told.sentence.endswith("nothing else got clearly worse. Worth a look: General text.")


LEARNT = DiagnosisInputs(rows=100, tuned_rows=Interval(0.8, 0.7, 0.9), gain_rows=Interval(0.5, 0.4, 0.6),
               tuned_exam=Interval(0.75, 0.65, 0.85), template_same=True, stops=1.0, forgot=False)  # fmt: skip


@pytest.mark.parametrize(("signs", "cause", "action"), [
    (LEARNT._replace(stopped=StoppedEarly(16, 42, unfinished=True)), "stopped", "teach_to_end"),
    (LEARNT._replace(gain_rows=Interval(0.0, -0.01, 0.01)), "did_not_learn", "teach_bolder"),
    (LEARNT._replace(changed=False), "did_not_learn", "teach_bolder"),
    (LEARNT._replace(tuned_exam=Interval(0.3, 0.2, 0.4)), "by_heart", "fewer_rounds"),
    (LEARNT._replace(by_heart_since=40), "by_heart", "fewer_rounds"),
    (LEARNT._replace(tuned_exam=Interval(0.3, 0.2, 0.4), longer_was_better=True), "by_heart", "add_examples"),
    (LEARNT._replace(template_same=False), "template", "restore_layout"),
    (LEARNT._replace(stops=0.1), "stop", "teach_stop"),
    (LEARNT._replace(ends_taught=0.0), "stop", "teach_stop"),
    (LEARNT._replace(loss_fall=Interval(0.001, 0.0, 0.002)), "did_not_learn", "teach_bolder"),
    (LEARNT._replace(conflicts=10), "contradictions", "settle_contradictions"),
    (LEARNT._replace(neighbour_gain=Interval(0.0, -0.05, 0.05)), "contradictions", "look_at_similar"),
    (LEARNT._replace(rows=20), "too_few", "add_examples"),
    (LEARNT._replace(rows=200, distinct_answers=1), "too_few", "add_examples"),
    (LEARNT._replace(forgot=True), "forgot", "mix_general"),
    (LEARNT._replace(tuned_rows=Interval(0.3, 0.2, 0.4)), "model_too_small", "larger_model"),
])  # fmt: skip
def test_each_cause_is_found_by_its_own_sign_and_knows_the_next_action(
    signs: DiagnosisInputs, cause: str, action: str
) -> None:
    found = [it for it in diagnose(signs) if it.found]
    assert [it.name for it in found] == [cause] and found[0].next_action == action


STOPPED = StoppedEarly(16, 42, unfinished=True)


def test_of_a_run_that_was_stopped_the_first_thing_to_do_is_to_teach_it_to_its_end() -> None:
    """What it does not know yet, and that it does not stop, may come with the rest: no larger model is proposed."""
    weak = LEARNT._replace(tuned_rows=Interval(0.3, 0.2, 0.4), tuned_exam=Interval(0.05, 0.0, 0.1), stops=0.3)
    actions = [it.next_action for it in diagnose(weak) if it.found]
    assert {"larger_model", "fewer_rounds"} <= {*actions}
    causes = diagnose(weak._replace(stopped=STOPPED))
    actions = [it.next_action for it in causes if it.found]
    assert actions[0] == "teach_to_end" and not {"larger_model", "fewer_rounds"} & {*actions}
    said = limited(conclude("chrf", {}, [row("tuned", "base", "")], causes=causes), practice=True, still_learning=True)
    assert "It was stopped after step 16 of 42: 38% of the planned times through the examples." in said.sentence
    assert said.sentence.endswith("Teach it to its end before you decide. This was the practice model, for learning "
                                  "the tool: it says little about a real model.")  # fmt: skip


def test_a_run_that_was_stopped_while_it_learned_proves_nothing_about_teaching() -> None:
    low = {"base": BASE, "prompted": Interval(0.3, 0.2, 0.4), "lookup": Interval(0.6, 0.5, 0.7)}
    causes = diagnose(LEARNT._replace(stopped=STOPPED))
    said = limited(conclude("chrf", low, BEHIND, causes=causes), practice=False, still_learning=True)
    assert said.advice is Advice.NOT_YET and "Do not teach" not in said.sentence and "step 16 of 42" in said.sentence
    through = diagnose(LEARNT._replace(stopped=STOPPED._replace(unfinished=False)))
    assert first_cause(through) is None and conclude("chrf", low, BEHIND, causes=through).advice is Advice.LOOKUP


def test_longer_rows_are_not_proposed_where_none_was_cut() -> None:
    (cause,) = [it for it in diagnose(LEARNT._replace(stops=0.7, ends_taught=1.0)) if it.found]
    assert cause.name == "stop" and cause.next_action == ""


def test_a_healthy_run_has_no_cause_and_what_was_not_measured_is_said() -> None:
    assert first_cause(diagnose(LEARNT)) is None
    unmeasured = diagnose(DiagnosisInputs(rows=100))
    assert (unmeasured[0].name, unmeasured[0].found) == ("stopped", False), "nobody stopped it"
    assert [it.found for it in unmeasured][1:5] == [None] * 4


def test_words_that_were_learnt_without_being_right_ask_for_a_larger_model() -> None:
    signs = LEARNT._replace(gain_rows=Interval(0.0, 0.0, 0.1), tuned_rows=Interval(0.0, 0.0, 0.1),
                            tuned_exam=Interval(0.0, 0.0, 0.1), loss_fall=Interval(2.0, 1.8, 2.2))  # fmt: skip
    assert [it.name for it in diagnose(signs) if it.found] == ["model_too_small"]


def test_a_wrong_layout_explains_more_than_a_missing_gain() -> None:
    signs = LEARNT._replace(gain_rows=Interval(0.0, -0.1, 0.1), template_same=False)
    first = first_cause(diagnose(signs))
    assert first is not None and first.name == "template"


def test_many_questions_about_one_text_do_not_contradict_one_another() -> None:
    text = (
        "The mill of Upper Sandling was built of oak in 1712 by Odda Finch, who kept geese and a boat on the pond. " * 3
    )
    asked = ["Who built it?", "When was that?", "What is it made of?", "Which birds lived there?", "Is it for sale?",
             "Whose cat was it?", "How tall are the doors?", "What did it cost?", "Does it turn?", "Why was it shut?",
             "Did anybody paint it?", "Where was the boat?"]  # fmt: skip
    answers = ["Odda Finch", "1712", "oak", "geese", "on the pond", *["That is not stated in the text."] * 7]
    assert neighbour_gain([f"{text}\n\n{question}" for question in asked], answers) is None


def test_shuffled_answers_are_seen_as_contradicting() -> None:
    topics = [
        "seed delivery to the islands",
        "opening hours of the mill",
        "price of the oak trowel",
        "loss of a parcel",
    ]
    questions = [
        f"{start} {topic}?" for topic in topics for start in ("What about the", "Tell me of the", "And the", "Say the")
    ]
    answers = [f"Dear digger, about {topic} we say so. Stay muddy!" for topic in topics for _ in range(4)]
    straight = neighbour_gain(questions, answers)
    mixed = list(answers)
    random.Random(1).shuffle(mixed)
    shuffled = neighbour_gain(questions, mixed)
    assert straight is not None and shuffled is not None and straight.low > 0.1 > shuffled.value
    assert neighbour_gain(["a b", "c d"] * 2, ["x"] * 4) is None


def test_where_similar_questions_have_unlike_answers_two_such_pairs_are_named() -> None:
    asked = [f"Do you move a {thing} on Sundays?" for thing in ("piano", "bed", "sofa", "table", "lamp", "desk")]
    asked += [f"May I pay the driver for the {thing} in cash?" for thing in ("boxes", "van", "tape", "crate", "rope")]
    said = ["Yes, at double rate."] * 5 + ["No, never."] + ["Of course you may."] * 5
    (one, other), _ = unlike_neighbours(asked, said)
    assert "Do you move a desk on Sundays?" in {one, other} and "Sundays" in one and "Sundays" in other
    signs = LEARNT._replace(neighbour_gain=Interval(0.0, -0.05, 0.05), unlike_neighbours=((one, other),))
    (cause,) = [cause for cause in diagnose(signs) if cause.name == "contradictions"]
    assert f"“{one}”" in cause.sentence and "Examples lists answers that differ only where" in cause.sentence


@pytest.mark.parametrize(("advice", "enough"), [
    (Advice.PROMPT, "Your examples need not be taught for this; to teach the prompt itself only spares its length."),
    (Advice.LOOKUP, "Do not teach a model for this."), (Advice.BASE, "Do not teach a model for this."),
])  # fmt: skip
def test_teaching_is_advised_against_only_after_a_real_attempt(advice: Advice, enough: str) -> None:
    """A quick try with the practice model says little about what a real model learns from the same examples."""
    found = Conclusion(advice=advice, said=(Sentence.of("verdict.prompt"),))
    assert limited(found, practice=False, still_learning=False).text.endswith(enough)
    short = limited(found, practice=False, still_learning=True).text
    assert enough not in short and short.endswith("teach more times before you decide.")
    practice = limited(found, practice=True, still_learning=True).text
    assert enough not in practice and practice.endswith("it says little about a real model.")


def test_what_is_not_better_with_the_practice_model_says_so_and_what_is_better_needs_no_limit() -> None:
    not_yet = Conclusion(advice=Advice.NOT_YET, said=(Sentence.of("verdict.not_yet"),))
    assert limited(not_yet, practice=True, still_learning=False).text.endswith("little about a real model.")
    assert limited(not_yet, practice=False, still_learning=True) == not_yet
    use = Conclusion(advice=Advice.USE, said=(Sentence.of("verdict.use"),))
    assert limited(use, practice=True, still_learning=True) == use


def test_where_few_questions_are_the_reason_no_cause_in_the_learning_is_named() -> None:
    few = [row("tuned", "base", "").model_copy(update={"low": 0.05, "questions": 7})]
    forgot = [Cause(name="forgot", found=True, sentence="It forgot general skills.", next_action="mix_general")]
    found = conclude("chrf", {"base": BASE, "tuned": HIGH}, few, causes=forgot)
    assert found.advice is Advice.NOT_YET and "7 questions can prove nothing" in found.text
    assert "forgot" not in found.text


def taught(low: float, high: float) -> TaughtBy:
    """One teacher of a distillation, with how many of its answers are wrong."""
    wrong = Estimate(value=(low + high) / 2, low=low, high=high)
    return TaughtBy(teacher="Old desk", kind="version", answers=81, looked_at=1, wrong=wrong, sentence="It learned.")


def test_a_version_that_learned_mostly_wrong_answers_is_not_to_be_used_however_like_they_sound() -> None:
    use = Conclusion(advice=Advice.USE, sentence="Use it.", said=(Sentence.of("verdict.use"),))
    found = heeding_teachers(use, [taught(0.0, 0.09), taught(0.64, 0.84)])
    assert found.advice is Advice.NOT_YET
    assert found.text == ("Not better yet: most answers of Old desk, from which it learned, are wrong. "
                          "By those that people looked at, between 64 and 84 of 100 are.")  # fmt: skip
    assert heeding_teachers(use, [taught(0.0, 0.09)]) == use == heeding_teachers(use, [])


def test_a_teacher_that_is_often_wrong_limits_what_the_version_is_for() -> None:
    limits = conclude("chrf", {"base": BASE, "tuned": Interval(0.4, 0.3, 0.5)}, BETTER, [])
    for before in (limits, Conclusion(advice=Advice.USE, said=(Sentence.of("verdict.use"),))):
        found = heeding_teachers(before, [taught(0.12, 0.3)])
        assert found.advice is Advice.USE_FOR and found.not_for[: len(before.not_for)] == before.not_for
        assert "of 100 are wrong" in found.text and "between 12 and 30" in found.not_for[-1]
    not_yet = Conclusion(advice=Advice.NOT_YET, sentence="Not better yet.")
    assert heeding_teachers(not_yet, [taught(0.64, 0.84)]) == not_yet
