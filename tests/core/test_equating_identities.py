"""What equating must do whatever the data: leave equals alone, go there and back, ignore order and units."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiheng.core.equating import METHODS, EquatingError, equate
from zhiheng.core.equating.plan import ANCHORED

FREE = [method for method in METHODS if method not in ANCHORED]


def groups(seed: int = 3, n: int = 400) -> dict[str, np.ndarray]:
    """Two groups of pupils with scores 0-30 of which 0-10 on common items; the second group is stronger."""
    rng = np.random.default_rng(seed)
    out = {}
    for name, ability, hard in (("x", 0.0, 0.1), ("y", 0.3, -0.1)):
        theta = rng.normal(ability, 1, n)
        common = rng.binomial(10, 1 / (1 + np.exp(-theta)))
        out[name] = common + rng.binomial(20, 1 / (1 + np.exp(-theta + hard)))
        out[f"{name}_anchor"] = common
    return out


def anchors(method: str, data: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: data[name] for name in ("x_anchor", "y_anchor")} if method in ANCHORED else {}


@pytest.mark.parametrize("method", METHODS)
def test_a_paper_equated_to_itself_stays_itself(method):
    data = groups()
    same = data | {"y_anchor": data["x_anchor"]}
    got = equate(data["x"], data["x"], method=method, **anchors(method, same))
    reached = np.bincount(data["x"], minlength=len(got.scale)).cumsum()
    inside = (reached > 0) & (reached < 400)
    assert got.equated[inside] == pytest.approx(got.scale[inside], abs=1e-9)


@pytest.mark.parametrize("method", [m for m in METHODS if m != "circle_arc"])
def test_there_and_back_is_where_one_started(method):
    data = groups(n=3000)
    options = (
        {}
        if method in ("mean", "linear", "tucker", "levine", "levine_true", "chained_linear")
        else {"presmooth": 4}
    )
    scale = {"x_scale": range(31), "y_scale": range(31)}
    there = equate(data["x"], data["y"], method=method, w1=0.3, **scale, **options, **anchors(method, data))
    turned = {"x_anchor": data["y_anchor"], "y_anchor": data["x_anchor"]}
    back = equate(data["y"], data["x"], method=method, w1=0.7, **scale, **options, **anchors(method, turned))
    # Equipercentile curves bend between points, so the way back is read off a straight line there.
    exact = not np.isnan(there.slope)
    for score in range(5, 26):
        home = (
            np.interp(there.equated[score], back.scale, back.equated)
            if not exact
            else (back.intercept + back.slope * there.equated[score])
        )
        assert home == pytest.approx(score, abs=1e-8 if exact else 0.05)


@pytest.mark.parametrize("method", METHODS)
def test_order_of_pupils_and_counting_them_by_score_change_nothing(method):
    data = groups()
    common = anchors(method, data)
    plain = equate(data["x"], data["y"], method=method, **common)
    order = np.random.default_rng(0).permutation(400)
    mixed = {name: values[order] for name, values in data.items()}
    again = equate(mixed["x"], mixed["y"], method=method, **anchors(method, mixed))
    assert again.equated == pytest.approx(plain.equated, abs=1e-12)
    counted = equate(
        data["x"], data["y"], method=method, x_counts=np.ones(400), y_counts=np.full(400, 1), **common
    )
    assert counted.equated == pytest.approx(plain.equated, abs=1e-12)
    assert counted.n_x == 400


@pytest.mark.parametrize("method", [m for m in METHODS if m != "circle_arc"])
def test_five_marks_for_everybody_on_one_paper_move_the_result_by_five(method):
    data = groups()
    plain = equate(data["x"], data["y"], method=method, y_scale=range(31), **anchors(method, data))
    gift = equate(data["x"], data["y"] + 5, method=method, y_scale=range(5, 36), **anchors(method, data))
    assert gift.equated == pytest.approx(plain.equated + 5, abs=1e-8)
    assert gift.se == pytest.approx(plain.se, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("method", METHODS)
def test_halves_of_marks_are_only_another_unit(method):
    data = groups()
    common = anchors(method, data)
    plain = equate(
        data["x"], data["y"], method=method, x_scale=range(31), y_scale=range(31), internal=False, **common
    )
    half = np.arange(31) / 2
    if common:
        common = {name: values / 2 for name, values in common.items()} | {"anchor_scale": np.arange(11) / 2}
    got = equate(
        data["x"] / 2, data["y"] / 2, method=method, x_scale=half, y_scale=half, internal=False, **common
    )
    assert got.equated == pytest.approx(plain.equated / 2, abs=1e-9)
    assert got.se == pytest.approx(plain.se / 2, abs=1e-9, nan_ok=True)


def test_common_items_that_say_the_groups_are_alike_change_nothing():
    """Same anchor scores in both groups: chaining and weighting come out at plain equipercentile equating."""
    data = groups(n=500)
    alike = {"x_anchor": np.sort(data["x_anchor"])[np.argsort(np.argsort(data["x"], kind="stable"))]}
    alike["y_anchor"] = np.sort(data["x_anchor"])[np.argsort(np.argsort(data["y"], kind="stable"))]
    plain = equate(data["x"], data["y"])
    for method in ("chained_equipercentile", "frequency_estimation"):
        got = equate(data["x"], data["y"], method=method, **alike)
        assert got.equated == pytest.approx(plain.equated, abs=1e-7)
    line = equate(data["x"], data["y"], method="linear")
    for method in ("tucker", "levine", "chained_linear"):
        got = equate(data["x"], data["y"], method=method, **alike)
        assert (got.intercept, got.slope) == pytest.approx((line.intercept, line.slope))


def test_common_items_find_a_paper_that_did_not_change():
    """One paper, two groups half a standard deviation apart: with anchor nothing moves, without it all would."""
    rng = np.random.default_rng(11)
    pupils = {}
    for name, ability in (("x", 0.0), ("y", 0.5)):
        theta = rng.normal(ability, 1, 20_000)
        common = rng.binomial(15, 1 / (1 + np.exp(-theta)))
        pupils[name] = common + rng.binomial(15, 1 / (1 + np.exp(-theta)))
        pupils[f"{name}_anchor"] = common
    middle = slice(5, 26)
    for method in ("levine", "levine_true", "chained_linear", "chained_equipercentile"):
        got = equate(pupils["x"], pupils["y"], method=method, **anchors(method, pupils))
        assert np.abs(got.equated - got.scale)[middle].max() < 0.6
    naive = equate(pupils["x"], pupils["y"], method="mean")
    assert (naive.equated - naive.scale)[15] > 2


def test_log_linear_smoothing_keeps_the_moments_it_names():
    data = groups()
    smooth = equate(data["x"], data["y"], method="linear", presmooth=2)
    plain = equate(data["x"], data["y"], method="linear")
    assert smooth.equated == pytest.approx(plain.equated, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 40), min_size=9, max_size=9).filter(lambda c: sum(c) > 1),
    st.lists(st.integers(0, 40), min_size=12, max_size=12).filter(lambda c: sum(c) > 1),
)
def test_equipercentile_never_falls_and_stays_on_the_scale(x, y):
    got = equate(range(9), range(12), x_counts=x, y_counts=y)
    assert (np.diff(got.equated) >= -1e-9).all()
    assert got.equated[0] >= -0.5
    assert got.equated[-1] <= 11.5


def test_converting_scores_reads_the_table():
    data = groups()
    got = equate(data["x"], data["y"], method="linear", x_scale=range(31))
    assert got.convert([0, 7.5, np.nan]) == pytest.approx(
        [got.intercept, got.intercept + 7.5 * got.slope, np.nan], nan_ok=True
    )
    with pytest.raises(EquatingError, match="有 1 个分数在换算表之外，例如 31；换算表从 0 到 30"):
        got.convert([5, 31])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"method": "magic"}, "等值方法写的是“magic”，应为下列之一：mean、"),
        ({"method": "tucker"}, "要两组学生的锚题分数"),
        ({"method": "linear", "x_anchor": [1, 2, 3], "y_anchor": [1, 2, 3]}, "不用锚题，却给了锚题分数"),
        ({"x_counts": [1, 2]}, "X 卷有 3 个分数，却有 2 个人数"),
        ({"x_counts": [1, 2, 0.5]}, "人数应是不小于 0 的整数"),
        ({"x_scale": [0, 1, 3]}, "间隔相等"),
        ({"x_scale": range(3)}, "X 卷有 1 个分数不在分数点上，例如 5；分数点从 0 到 2，每隔 1 分一点"),
        ({"y_counts": [1, 0, 0]}, "Y 卷只有 1 名学生有分数"),
        ({"presmooth": 6}, "平滑阶数写的是 6"),
        ({"w1": 2}, "权重 w1 写的是 2"),
        ({"postsmooth": 0.3}, "样条平滑至少要 5 个"),
        ({"postsmooth": -1}, "应大于 0"),
        ({"method": "mean", "postsmooth": 0.3}, "不能样条平滑"),
        ({"method": "linear", "x_counts": [5, 0, 0]}, "X 卷所有学生分数相同"),
    ],
)
def test_what_cannot_be_equated_is_refused_in_a_sentence(options, sentence):
    with pytest.raises(EquatingError, match=sentence):
        equate([1, 2, 5], [2, 3, 4], **options)


def test_pupils_who_did_not_sit_are_left_out():
    got = equate([1, 2, np.nan, 4], [2, 3, 4], method="mean")
    assert (got.n_x, got.n_y) == (3, 3)
    assert got.intercept == pytest.approx(3 - 7 / 3)


def test_an_anchor_score_one_group_never_had_needs_smoothing_or_a_chain():
    common = {"x_anchor": [0, 1, 1, 2], "y_anchor": [0, 1, 2, 3]}
    with pytest.raises(EquatingError, match="X 卷没有人得锚题 3 分"):
        equate([2, 3, 4, 5], [2, 3, 4, 5], method="frequency_estimation", **common)
    with pytest.raises(EquatingError, match="Y 卷的锚题分数与总分不同升降"):
        equate([2, 3, 4, 5], [5, 4, 3, 2], method="tucker", **common)
    with pytest.raises(EquatingError, match="锚题分数高于总分"):
        equate([2, 3, 4, 5], [2, 2, 2, 2], method="chained_equipercentile", presmooth=2, **common)
