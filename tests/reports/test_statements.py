"""Sentences say what the interval supports and no more; planted facts are found."""

import datetime as dt
import re

import numpy as np
import polars as pl
import pytest
from scipy import stats

from reports.invented import invented_results
from zhiheng.files.document import Estimate
from zhiheng.reports.facts import statements as say
from zhiheng.reports.facts.comparison import Standing, funnel_limits, standings
from zhiheng.reports.facts.exam import ExamFacts, exam_facts
from zhiheng.reports.facts.measured import Measured
from zhiheng.reports.facts.results import Results

TODAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("lo", "hi", "told"), [(0.1, 0.5, 1), (-0.5, -0.1, -1), (-0.1, 0.5, 0), (0.0, 0.5, 0), (None, None, 0)]
)
def test_a_direction_needs_an_interval_that_leaves_zero_out(
    lo: float | None, hi: float | None, told: int
) -> None:
    assert say.direction(Estimate(0.2, lo, hi)) == told


def test_the_gap_of_two_groups_is_welchs_interval(results: Results) -> None:
    """Against scipy on the same summaries."""
    girls, boys = results.unit("group", "gender:female", "math"), results.unit("group", "gender:male", "math")
    assert girls is not None
    assert boys is not None
    ours = say.means_apart(girls, boys)

    def like(row: Measured) -> np.ndarray:
        """Marks with the same number, mean and spread."""
        points, squares = row.mark_sum / 100, row.mark_squares / 10_000
        sd = np.sqrt((squares - points**2 / row.taken) / (row.taken - 1))
        shape = np.random.default_rng(1).normal(size=row.taken)
        return row.mean_taken + sd * (shape - shape.mean()) / shape.std(ddof=1)

    theirs = stats.ttest_ind(like(girls), like(boys), equal_var=False).confidence_interval()
    assert (ours.lo, ours.hi) == pytest.approx((theirs.low, theirs.high), rel=1e-6)


def test_planted_facts_are_found(facts: ExamFacts) -> None:
    certain = {(each.key, each.subject) for each in facts.statements if each.certain}
    assert ("knowledge", "math") in certain
    assert "函数" in facts.headline
    assert [row.name for row in facts.low_participation] == ["柳林镇初级中学"]
    assert any(each.key == "suspect_key" and "第14题" in each.text for each in facts.statements)
    assert not any(each.certain for each in facts.statements if "女生" in each.text)


def test_no_sentence_claims_a_difference_its_interval_does_not_show(facts: ExamFacts) -> None:
    for each in facts.statements:
        if each.key in ("area_gap", "group_gap", "change"):
            assert each.certain == bool(say.direction(each.estimate))
            assert ("不能区分" in each.text) != each.certain
            assert each.n > 0


def test_an_undecided_difference_keeps_the_sign_of_its_interval(facts: ExamFacts) -> None:
    undecided = [each for each in facts.statements if each.key == "group_gap" and not each.certain]
    assert undecided
    for each in undecided:
        value, lo, hi = (
            float(number.replace("−", "-")) for number in re.findall(r"[−+]?\d+\.\d\d", each.text)[:3]
        )
        assert lo <= value <= hi


def test_every_number_in_a_sentence_is_the_estimate_or_its_limit(facts: ExamFacts) -> None:
    for each in facts.statements:
        if each.key == "area_gap":
            sizes = {
                f"{abs(value):.2f}"
                for value in (each.estimate.value, each.estimate.lo, each.estimate.hi)
                if value
            }
            assert {number.lstrip("−") for number in re.findall(r"−?\d+\.\d\d", each.text)} <= sizes


def test_decisions_answer_statements_and_are_due_on_working_days_ahead(facts: ExamFacts) -> None:
    assert [each.key for each in facts.decisions[:3]] == ["suspect_key", "low_participation", "knowledge"]
    assert facts.decisions[0].owner == "数学教研员"
    for each in facts.decisions:
        assert each.due_on > facts.today
        assert each.due_on.weekday() < 5


def test_funnel_limits_shrink_with_the_root_of_n() -> None:
    lo, hi = funnel_limits(60.0, 20.0, 100, 0.95)
    assert (lo, hi) == pytest.approx((60 - 3.92, 60 + 3.92), abs=0.001)
    wider = funnel_limits(60.0, 20.0, 25, 0.95)
    assert wider[1] - 60 == pytest.approx(2 * (hi - 60))


def test_schools_are_classed_by_the_limits_of_their_size_in_the_bureaus_order(results: Results) -> None:
    found = standings(results, "total")
    assert [each.school.unit for each in found] == list(results.schools)
    for each in found:
        mean = each.school.mean_taken or 0.0
        expected = (
            Standing.ABOVE
            if mean > (each.hi or 0)
            else Standing.BELOW
            if mean < (each.lo or 0)
            else Standing.SAME
        )
        assert each.standing is expected


def test_a_small_group_is_left_out(results: Results) -> None:
    groups = results.tables["groups"].with_columns(
        pl.when(pl.col("unit") == "boarding:yes").then(9).otherwise(pl.col("taken")).alias("taken")
    )
    fewer = Results(
        results.exam,
        results.caliber,
        "第2版",
        "0.1",
        {**results.tables, "groups": groups},
        results.dimensions,
    )
    assert not any("寄宿" in each.text for each in exam_facts(fewer, today=TODAY).statements)


def test_only_groups_are_needed() -> None:
    """An analysis without items, blueprint or gaps still makes facts."""
    results = invented_results()
    bare = Results(
        results.exam,
        results.caliber,
        "第2版",
        "0.1",
        {"groups": results.tables["groups"]},
        results.dimensions,
    )
    facts = exam_facts(bare, today=TODAY)
    assert facts.headline.endswith("。")
    assert facts.decisions
