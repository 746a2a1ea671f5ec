"""One bar over all parts of a work: it only grows, whatever the parts tell of themselves."""

from studio.services.work_plan import LOADING, LOADS_IN, WorkPlan, is_loading, loaded


def test_each_part_takes_its_own_share() -> None:
    plan = WorkPlan({"base": 100.0, "tuned": 300.0})
    assert (plan.behind, plan.whole, plan.number) == (0.0, 400.0, 0)
    plan.reach("base", 5, 10)
    assert (plan.behind, plan.number) == (50.0, 1)
    plan.reach("tuned", 0, 10)
    assert (plan.behind, plan.number) == (100.0, 2), "another part begins where the one before it ended"
    plan.reach("tuned", 10, 10)
    assert plan.behind == plan.whole


def test_a_part_that_was_left_out_is_behind_whoever_comes_to_a_later_one() -> None:
    plan = WorkPlan({"teacher": 100.0, "base": 100.0, "tuned": 100.0})
    plan.reach("tuned", 1, 2)
    assert plan.behind == 250.0


def test_what_was_told_never_shrinks() -> None:
    plan = WorkPlan({"base": 100.0, "tuned": 100.0})
    plan.reach("tuned", 1, 2)
    plan.reach("base", 0, 10)
    assert (plan.behind, plan.number) == (150.0, 2)
    plan.reach("nobody planned this", 0, 10)
    assert plan.behind == 150.0


def test_a_part_with_nothing_in_it_is_over_at_once() -> None:
    plan = WorkPlan({"base": 0.0, "tuned": 10.0})
    plan.reach("base", 0, 0)
    assert plan.behind == 0.0 and plan.whole == 10.0


def test_while_models_are_loaded_the_share_grows_and_only_a_model_that_is_there_makes_it_whole() -> None:
    shares = [loaded(0, 2, seconds) for seconds in (0.0, 1.0, LOADS_IN, 600.0)]
    assert shares == sorted(set(shares)) and shares[0] == 0.0 and shares[-1] < loaded(1, 2, 0.0) == 0.5
    assert loaded(2, 2, 0.0) == 1.0
    assert is_loading(LOADING) and is_loading(f"teacher, {LOADING}") and not is_loading("tuned, exam")
