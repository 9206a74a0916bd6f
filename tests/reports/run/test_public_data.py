"""The main job on data that nobody here invented, checked against the data itself and against R."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import public_data
from zhiheng.reports.run.services import folder_analyse

pytestmark = [pytest.mark.shared, pytest.mark.django_db, pytest.mark.slow]


class Silent:
    """Progress that nobody watches."""

    def steps(self, names):
        pass

    def step(self, name):
        from contextlib import nullcontext

        return nullcontext()

    def advance(self, done, total):
        pass


def analysed(folder: Path, out: Path):
    result = folder_analyse(folder=folder, out=out, exam_file=None, ask=None, progress=Silent())
    tables = {
        path.stem: pl.read_csv(path, schema_overrides={"unit": pl.String}, infer_schema_length=None)
        for path in (out / "结果表").glob("*.csv")
    }
    return result, tables


@pytest.fixture
def sheets(tmp_path) -> Path:
    folder = tmp_path / "sheets"
    folder.mkdir()
    return folder


def groups(tables, level: str, subject: str) -> pl.DataFrame:
    return tables["groups"].filter((pl.col("level") == level) & (pl.col("subject") == subject))


@pytest.mark.parametrize(
    "write", [public_data.chem97_one_file_per_town, public_data.chem97_one_sheet_two_row_header]
)
def test_chem97_means_by_county_town_and_school(shared, sheets, tmp_path, write):
    write(shared, sheets)
    data = public_data.chem97_frame(shared)
    result, tables = analysed(sheets, tmp_path / "out")
    assert result.counts["rows_in"] == result.counts["rows_accepted"] == data.height == 31022
    assert result.counts["schools"] == data["school"].n_unique() == 2410
    (county,) = groups(tables, "county", "chemistry").rows(named=True)
    assert county["taken"] == 31022
    assert county["sum"] == 100 * data["score"].sum()
    assert county["mean"] == pytest.approx(data["score"].mean(), abs=1e-12)
    assert county["sd"] == pytest.approx(data["score"].std(ddof=0), abs=1e-9)
    assert county["pass_count"] == (data["score"] >= 6).sum()
    towns = groups(tables, "town", "chemistry").select("unit", "taken", "sum").sort("unit")
    expected = data.group_by("town").agg(pl.len(), pl.col("score").sum() * 100).sort("town")
    assert towns.rows() == expected.rows()
    schools = groups(tables, "school", "chemistry")
    by_school = data.group_by("school").agg(pl.len(), pl.col("score").sum() * 100)
    assert sorted(schools.select("taken", "sum").rows()) == sorted(by_school.select("len", "score").rows())


@pytest.mark.parametrize("header", ["第{}题", "{}"])
def test_sat12_items_agree_with_r(shared, sheets, tmp_path, header):
    public_data.sat12_items(shared, sheets, header)
    scored = pl.read_csv(shared / "data/irt_sat12/sat12_scored.csv")
    reference = json.loads((shared / "data/irt_sat12/reference.json").read_text())
    result, tables = analysed(sheets, tmp_path / "out")
    assert result.counts["rows_in"] == result.counts["rows_accepted"] == 600 + 32  # pupils and blueprint rows
    items = tables["item_stats"].filter(pl.col("level") == "county").sort("item")
    assert items["facility"].to_list() == pytest.approx(
        [scored[name].mean() for name in scored.columns], abs=1e-12
    )
    ctt = reference["ctt"][0] if isinstance(reference["ctt"], list) else reference["ctt"]
    (paper,) = tables["paper_stats"].rows(named=True)
    total = scored.sum_horizontal()
    assert paper["facility"] == pytest.approx(total.mean() / 32, abs=1e-12)
    variances = sum(scored[name].var() for name in scored.columns)
    assert paper["alpha"] == pytest.approx(32 / 31 * (1 - variances / total.var()), abs=1e-9)
    if "alpha" in ctt:
        assert paper["alpha"] == pytest.approx(ctt["alpha"], abs=1e-6)
    chosen = tables["options"].filter(pl.col("item") == items["item"][0])
    shares = {str(row["option"]): row["share"] for row in chosen.iter_rows(named=True)}
    first = reference["distractors"][0]
    for option, share in zip(first["option"][:5], first["prop"][:5], strict=True):
        assert shares[str(option)] == pytest.approx(share, abs=1e-9)


def test_exam_scale_scores_keep_their_fractions_and_signs(shared, sheets, tmp_path):
    data = public_data.exam_scale(shared, sheets)
    result, tables = analysed(sheets, tmp_path / "out")
    assert (result.counts["rows_accepted"], result.counts["schools"]) == (4059, 65)
    (county,) = groups(tables, "county", "english").rows(named=True)
    assert county["scale_n"] == 4059
    assert county["scale_mean"] == pytest.approx(data["normexam"].mean(), abs=1e-9)
    assert county["scale_sd"] == pytest.approx(np.std(data["normexam"].to_numpy()), abs=1e-9)
    assert county["mean"] is None
    girls = tables["groups"].filter((pl.col("unit") == "gender:female") & (pl.col("subject") == "english"))
    assert girls["scale_mean"].item() == pytest.approx(
        data.filter(pl.col("sex") == "F")["normexam"].mean(), abs=1e-9
    )


def test_sgp_scale_scores_in_one_provisional_school(shared, sheets, tmp_path):
    data = public_data.sgp_scale(shared, sheets)
    result, tables = analysed(sheets, tmp_path / "out")
    assert (result.counts["rows_accepted"], result.counts["schools"]) == (data.height, 1)
    (county,) = groups(tables, "county", "math").rows(named=True)
    assert (county["scale_n"], county["scale_mean"]) == (
        data.height,
        pytest.approx(data["SS_2025"].mean(), abs=1e-9),
    )
    names = [path.name for path in result.paths]
    assert "暂建学校.pdf" in names
    assert "领导一页纸.pdf" not in names
