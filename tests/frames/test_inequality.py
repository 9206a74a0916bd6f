"""Equity between schools: truth inside its interval, parts add up, papers of any full mark say the same, few stay unseen."""

import numpy as np
import polars as pl
import pytest

from frames.small_county import dataset
from zhiheng.frames.caliber import caliber_from_body
from zhiheng.frames.engine import opened
from zhiheng.frames.groups import groups_of
from zhiheng.frames.inequality import MEASURES, inequality_of
from zhiheng.frames.population import prepare

CALIBER = caliber_from_body({}, key="test")
AREAS = ("city", "town", "village")


def county(seed: int = 5, *, schools: int = 30, size: int = 80, step: float = 1.0, share: float = 0.2):
    """Schools whose true means lie so far apart that `share` of the variance is between them."""
    rng = np.random.default_rng(seed)
    spread = 15.0
    made = {}
    for k in range(schools):
        mean = 60 + spread * np.sqrt(share) * rng.normal()
        marks = mean + spread * np.sqrt(1 - share) * rng.normal(size=size)
        made[f"校{k}"] = {"math": [float(mark) * step for mark in np.round(marks.clip(0, 120))]}
    return made


def tables_of(made, areas=None, full=120) -> dict[str, pl.DataFrame]:
    places = [{"area": areas[k] if areas else AREAS[k % 3]} for k in range(len(made))]
    own = opened(dataset(made, schools=places, full_marks={"math": full}))
    groups = groups_of(prepare(own, CALIBER), ("county", "school"))
    found = inequality_of(groups, own["schools"], CALIBER)
    return {name: table.collect().to_native() for name, table in found.items()}


def figures(tables) -> dict[str, dict]:
    return {row["measure"]: row for row in tables["equity"].filter(subject="math").to_dicts()}


@pytest.fixture(scope="module")
def tables():
    return tables_of(county())


def test_every_measure_has_its_interval_and_lies_in_it(tables):
    found = figures(tables)
    assert tuple(found) == MEASURES
    for row in found.values():
        assert row["lo"] <= row["value"] <= row["hi"], row["measure"]
        assert (row["schools"], row["n"]) == (30, 2400)
    assert found["between_school_share"]["lo"] < 0.2 < found["between_school_share"]["hi"]


def test_most_counties_have_the_true_share_in_their_interval():
    """95 % of intervals should; of forty, fewer than 34 would happen once in two hundred times."""
    held = [
        row["lo"] <= 0.2 <= row["hi"]
        for seed in range(40)
        for row in [figures(tables_of(county(seed, schools=12, size=40)))["between_school_share"]]
    ]
    assert sum(held) >= 34


def test_theil_within_and_between_areas_add_up(tables):
    found, areas = figures(tables), tables["equity_areas"].filter(subject="math")
    whole, between = found["school_theil"]["value"], found["theil_between_areas"]["value"]
    within = (areas["theil"] * areas["weight"]).sum()
    assert within + between * whole == pytest.approx(whole)
    assert areas["weight"].sum() == pytest.approx(1)
    assert areas["area"].to_list() == list(AREAS)


def test_a_paper_with_twice_the_marks_says_the_same(tables):
    once, twice = figures(tables), figures(tables_of(county(step=2.0), full=240))
    for measure in MEASURES:
        for part in ("value", "lo", "hi"):
            assert twice[measure][part] == pytest.approx(once[measure][part]), measure


def test_the_gap_is_in_standard_deviations_of_pupils():
    made = {f"校{k}": {"math": [float(40 + 10 * (k < 4) + j % 20) for j in range(60)]} for k in range(8)}
    found = figures(tables_of(made, ["city"] * 4 + ["village"] * 4))["urban_rural_gap"]
    marks = np.concatenate([school["math"] for school in made.values()])
    assert found["value"] == pytest.approx(10 / marks.std())
    assert found["lo"] == pytest.approx(found["value"])  # schools of an area are all alike


def test_the_coefficient_of_variation_weighs_schools_by_pupils():
    made = {"大": {"math": [80.0] * 90}, "小": {"math": [40.0] * 10}}
    # X̄ = 76, S = √(.9·4² + .1·36²) = 12
    assert figures(tables_of(made))["school_cv"]["value"] == pytest.approx(12 / 76)


def test_few_schools_have_figures_without_bootstrap_limits():
    found = figures(tables_of(county(schools=14)))
    assert [name for name, row in found.items() if row["lo"] is None] == [
        "school_cv",
        "school_gini",
        "school_theil",
        "theil_between_areas",
        "school_ratio_90_10",
    ]


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ({"village": [40, 40]}, True),
        ({"village": [6]}, False),  # the area is itself too small
        ({"village": [40, 6]}, False),  # the area less its large school would be the small one
        ({"village": [40, 6, 6]}, True),
    ],
)
def test_an_area_that_leads_to_few_pupils_is_not_told(sizes, told):
    rng = np.random.default_rng(8)
    made, areas = {}, []
    for area, each in ({"city": [60, 60]} | sizes).items():
        for size in each:
            made[f"校{len(made)}"] = {"math": [float(mark) for mark in rng.integers(20, 100, size)]}
            areas.append(area)
    found = tables_of(made, areas)
    assert found["equity_areas"].is_empty() is not told
    assert ("urban_rural_gap" in figures(found)) is told
    assert figures(found)["between_school_share"]["value"] is not None


def test_a_school_whose_place_nobody_said_leaves_out_the_areas():
    assert tables_of(county(schools=3), ["city", "village", None])["equity_areas"].is_empty()
