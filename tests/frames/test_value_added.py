"""Value added from two linked tests: what truly was added is found, thin matches are withheld, no order of schools."""

import numpy as np
import polars as pl

from frames.small_county import dataset
from zhiheng.frames.caliber import caliber_from_body
from zhiheng.frames.linked import linked
from zhiheng.frames.value_added import value_added_of

CALIBER = caliber_from_body({}, key="test")
SCHOOLS, EACH = 24, 60


def county(seed: int = 5, *, lost: int = 0) -> tuple[pl.DataFrame, np.ndarray]:
    """A table of value added, and what each school truly added in points. `lost` pupils of 校0 sat only once."""
    rng = np.random.default_rng(seed)
    added = np.linspace(-6, 6, SCHOOLS)[rng.permutation(SCHOOLS)]
    before: dict[str, dict[str, list]] = {}
    after: dict[str, dict[str, list]] = {}
    for school, gain in enumerate(added):
        start = rng.normal(rng.normal(0, 0.5), 1, EACH)
        before[f"校{school}"] = {"biology": list(np.round(60 + 10 * start, 2).clip(0, 100))}
        after[f"校{school}"] = {
            "math": list(np.round(60 + 8 * start + gain + rng.normal(0, 5, EACH), 2).clip(0, 100))
        }
    for pupil in range(lost):
        before["校0"]["biology"][pupil] = None
    uuids = [f"p{i}" for i in range(SCHOOLS * EACH)]
    made = [
        {**each, "pupils": each["pupils"].with_columns(pl.Series("uuid", uuids))}
        for each in (dataset(after), dataset(before))
    ]
    table = value_added_of(linked(*made, CALIBER), CALIBER).collect().to_native()
    return table.filter(pl.col("level") == "school", pl.col("subject") == "math"), added


def test_what_schools_truly_added_is_found_in_points():
    table, added = county()
    by_unit = table.sort(pl.col("unit").cast(pl.Int64))
    truth = added - added.mean()
    assert by_unit["method"].unique().to_list() == ["hlm"]
    assert np.corrcoef(by_unit["effect"], truth)[0, 1] > 0.97
    inside = (by_unit["lo"].to_numpy() < truth) & (truth < by_unit["hi"].to_numpy())
    assert inside.mean() > 0.85
    assert not ((by_unit["verdict"] == "显著高").to_numpy() & (truth < 0)).any()


def test_rows_stand_in_the_order_of_units_not_of_figures():
    table, _ = county()
    assert table["unit"].cast(pl.Int64).is_sorted()


def test_a_school_with_a_thin_match_is_withheld_and_says_why():
    table, _ = county(lost=20)
    row = table.row(by_predicate=pl.col("unit") == "0", named=True)
    assert (row["pupils"], row["matched"], row["effect"], row["verdict"]) == (60, 40, None, "")
    assert row["reason"] == "60 人中只有 40 人两次成绩都有（67%），不到 80%，依据不足"


def test_a_county_without_matches_says_why_in_a_row_of_its_own():
    pair = dataset({"甲": {"math": [60, 70]}, "乙": {"math": [65, 75]}})
    first, second = (
        {**pair, "pupils": pair["pupils"].with_columns(pl.Series("uuid", [f"{word}{i}" for i in range(4)]))}
        for word in "pq"
    )
    table = value_added_of(linked(first, second, CALIBER), CALIBER).collect().to_native()
    assert table["level"].unique().to_list() == ["county"]
    assert all("匹配率" in reason for reason in table["reason"])
