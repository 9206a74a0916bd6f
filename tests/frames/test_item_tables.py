"""Item, option, tag and paper tables on D2 and on SAT12, beside `core.items` and R."""

import json

import numpy as np
import polars as pl
import pytest

from frames.small_county import D2, with_items
from zhiheng.core.items import item_analysis
from zhiheng.frames.analyse import analyse
from zhiheng.frames.caliber import shipped_calibers
from zhiheng.frames.results import RESULTS

COUNTY = shipped_calibers()["county_80_60_40"]


def tables_of(dataset: dict[str, pl.LazyFrame]) -> dict[str, pl.DataFrame]:
    """Every result table, collected."""
    return {name: table.collect().to_native() for name, table in analyse(dataset, COUNTY).items()}


@pytest.fixture(scope="module")
def d2() -> dict[str, pl.DataFrame]:
    """The worked example D2 with a blueprint."""
    return tables_of(
        with_items(
            D2,
            (3, 3, 4, 10),
            kinds=("choice", "choice", "open", "open"),
            knowledge=("函数", "函数", "几何", "几何"),
            ability=("理解", "应用", "应用", "应用"),
            expected=(0.8, 0.7, 0.6, 0.5),
        )
    )


def test_items_of_the_worked_example(d2):
    county = d2["item_stats"].filter(level="county")
    assert county["facility"].to_list() == pytest.approx([0.700, 0.700, 0.600, 0.580], abs=0.0005)
    assert county["discrimination"].to_list() == pytest.approx([0.667, 0.667, 0.667, 0.567], abs=0.0005)
    assert set(county["n_high"]) == set(county["n_low"]) == {3}


def test_paper_of_the_worked_example(d2):
    paper = d2["paper_stats"].row(0, named=True)
    assert paper["alpha"] == pytest.approx(0.7225, abs=0.00005)
    assert paper["facility"] == pytest.approx(0.620, abs=0.0005)
    assert paper["facility_objective"] == pytest.approx(0.70)
    assert paper["facility_subjective"] == pytest.approx((24 + 58) / 140)
    assert paper["expected_facility"] == pytest.approx((0.8 * 3 + 0.7 * 3 + 0.6 * 4 + 0.5 * 10) / 20)
    assert paper["note"] == ""


def test_tables_say_what_the_arrays_say(d2):
    county, peer = d2["item_stats"].filter(level="county"), item_analysis(D2, [3, 3, 4, 10])
    np.testing.assert_allclose(county["item_rest_r"], peer.item_rest_r, rtol=1e-12)
    paper = d2["paper_stats"].row(0, named=True)
    assert paper["split_half"] == pytest.approx(peer.split_half, rel=1e-12)
    assert paper["sem"] == pytest.approx(peer.sem, rel=1e-12)


def test_only_the_county_has_discrimination(d2):
    below = d2["item_stats"].filter(pl.col("level") != "county")
    assert below["facility"].null_count() == 0
    assert below["discrimination"].null_count() == below["item_rest_r"].null_count() == len(below)


def test_knowledge_and_ability_add_up_their_items(d2):
    county = d2["tags"].filter(level="county")
    got = {(row["kind"], row["tag"]): row["score_rate"] for row in county.iter_rows(named=True)}
    assert got == pytest.approx(
        {
            ("knowledge", "函数"): 0.70,
            ("knowledge", "几何"): (24 + 58) / 140,
            ("ability", "理解"): 0.70,
            ("ability", "应用"): (21 + 24 + 58) / 170,
        }
    )
    assert (county["lo"] < county["score_rate"]).all()
    assert (county["hi"] > county["score_rate"]).all()


def test_a_paper_of_low_reliability_says_so():
    rng = np.random.default_rng(5)
    noise = [tuple(row) for row in rng.integers(0, 2, size=(40, 6)).astype(float).tolist()]
    note = tables_of(with_items(noise, (1,) * 6))["paper_stats"]["note"][0]
    assert "不宜据此对学生个人下结论" in note


def test_a_pupil_with_a_missing_item_is_in_its_other_items_only():
    tables = with_items(D2, (3, 3, 4, 10))
    lost = (pl.col("pupil") == 0) & (pl.col("item") == 3)
    tables["item_marks"] = tables["item_marks"].with_columns(
        raw_mark=pl.when(lost).then(None).otherwise(pl.col("raw_mark"))
    )
    got = tables_of(tables)
    assert got["item_stats"].filter(level="county")["n"].to_list() == [10, 10, 10, 9]
    assert got["paper_stats"]["n"][0] == 9
    peer = item_analysis(D2[1:], [3, 3, 4, 10])
    np.testing.assert_allclose(got["item_stats"].filter(level="county")["item_rest_r"], peer.item_rest_r)


@pytest.fixture(scope="module")
def sat12(shared) -> dict[str, pl.DataFrame]:
    """SAT12 as an item sheet with options and key."""
    folder = shared / "data/irt_sat12"
    raw = np.genfromtxt(folder / "sat12_raw.csv", delimiter=",", skip_header=1).astype(int)
    scored = np.genfromtxt(folder / "sat12_scored.csv", delimiter=",", skip_header=1)
    letters = ["", "A", "B", "C", "D", "E", "", "", ""]
    key = tuple(letters[k] for k in json.loads((folder / "key.json").read_text())["key"])
    options = [tuple(letters[o] for o in row) for row in raw]
    return tables_of(with_items([tuple(row) for row in scored.tolist()], (1,) * 32, options=options, key=key))


@pytest.mark.shared
def test_sat12_agrees_with_r(sat12, shared):
    reference = json.loads((shared / "data/irt_sat12/reference.json").read_text())
    ctt, paper = reference["ctt"], sat12["paper_stats"].row(0, named=True)
    assert paper["alpha"] == pytest.approx(ctt["alpha_raw"], abs=1e-12)
    assert paper["sem"] == pytest.approx(ctt["sem"], abs=1e-12)
    county = sat12["item_stats"].filter(level="county")
    np.testing.assert_allclose(county["facility"], ctt["items"]["difficulty"], atol=1e-12)
    np.testing.assert_allclose(county["item_rest_r"], ctt["items"]["r_drop"], atol=1e-12)
    np.testing.assert_allclose(county["discrimination"], ctt["items"]["D27_threshold"], atol=1e-12)
    for peer, item in zip(reference["distractors"], range(32), strict=True):
        share = dict(sat12["options"].filter(item=item).select("option", "share").iter_rows())
        names = ["ABCDE"[o - 1] if o < 6 else "" for o in peer["option"]]
        assert share == pytest.approx(dict(zip(names, peer["prop"], strict=True)))


@pytest.mark.shared
def test_sat12_has_one_suspected_key(sat12):
    suspected = sat12["item_stats"].filter(level="county", suspect_key=True)
    assert suspected["item"].to_list() == [31]
    assert suspected["top_wrong"].to_list() == ["C"]
    assert suspected["reason"][0].startswith("高分组选 C 的占 58%")


def test_every_table_has_its_columns(d2):
    names = {name: list(schema.names()) for name, schema in RESULTS.items()}
    assert {name: table.columns for name, table in d2.items()} == names
