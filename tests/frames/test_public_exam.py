"""A real examination that nobody here invented: A-level chemistry 1997, 31,022 pupils in 2,410 schools."""

import csv
import json

import numpy as np
import polars as pl
import pytest
from scipy import stats

from frames.small_county import dataset, table
from zhiheng.core.equity import between_school_share
from zhiheng.frames.caliber import caliber_from_body
from zhiheng.frames.groups import group_stats

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def rows(shared) -> list[dict[str, str]]:
    """The pupils of chem97."""
    with (shared / "data/chem97/chem97.csv").open() as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def groups(rows) -> pl.DataFrame:
    """Group table: points of 10, schools in authorities as towns."""
    pupils = range(len(rows))
    towns = {row["school"]: row["lea"] for row in rows}
    tables = dataset({"甲": {"chemistry": []}}, full_marks={"chemistry": 10}) | {
        "marks": table(
            "marks",
            {
                "pupil": list(pupils),
                "subject": ["chemistry"] * len(rows),
                "raw_mark": [int(row["score"]) * 100 for row in rows],
                "status": ["normal"] * len(rows),
            },
        ),
        "pupils": table(
            "pupils",
            {
                "pupil": list(pupils),
                "school": [int(row["school"]) for row in rows],
                "gender": ["female" if row["gender"] == "F" else "male" for row in rows],
                "enrolment": ["regular"] * len(rows),
            },
        ),
        "schools": table("schools", {"school": [int(s) for s in towns], "town": list(towns.values())}),
    }
    return (
        group_stats(tables, caliber_from_body({}, key="test"))
        .collect()
        .to_native()
        .filter(subject="chemistry")
    )


def test_nobody_is_lost_and_no_point_is_lost(rows, groups):
    county = groups.row(by_predicate=pl.col("level") == "county", named=True)
    scores = [int(row["score"]) for row in rows]
    assert (county["taken"], county["sum"]) == (31022, sum(scores) * 100)
    assert county["pass_count"] == sum(score >= 6 for score in scores)
    assert groups.group_by("level").len().sort("level").rows() == [
        ("county", 1),
        ("group", 2),
        ("school", 2410),
        ("school_group", groups.filter(level="school_group").height),
        ("town", 131),
    ]
    for level in ("town", "school", "group", "school_group"):
        assert groups.filter(level=level)["sum"].sum() == county["sum"]


def test_the_share_between_schools_follows_from_the_f_ratio(rows, groups, shared):
    of_school: dict[str, list[int]] = {}
    for row in rows:
        of_school.setdefault(row["school"], []).append(int(row["score"]))
    f_ratio = stats.f_oneway(*of_school.values()).statistic
    sizes = np.array([len(marks) for marks in of_school.values()])
    usual_size = (sizes.sum() - (sizes**2).sum() / sizes.sum()) / (len(sizes) - 1)
    schools = groups.filter(level="school")
    got = between_school_share(*(schools[name].to_numpy() for name in ("taken", "sum", "sum_squares")))
    assert got == pytest.approx((f_ratio - 1) / (f_ratio + usual_size - 1))
    # lme4's REML fit weighs small schools more, and they differ more from each other here: 0.254.
    model = json.loads((shared / "data/chem97/reference.json").read_text())["models"]["null3_reml"]
    variances = [part["vcov"] for part in model["varcomp"]]
    assert got == pytest.approx(sum(variances[:2]) / sum(variances), abs=0.03)
