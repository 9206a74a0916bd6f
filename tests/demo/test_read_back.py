"""The project's own reader gets every mark back out of the raw files, except where a mistake was planted."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from zhiheng.files.problems import CATALOGUE
from zhiheng.files.reading import Reading, read_source
from zhiheng.standards.subjects import subject_name

EXACT = ("graduation_2026", "final_shiqiao", "mock_2026", "mock_senior_2027")


def reading(tree: Path, truth: dict[str, Any], key: str) -> Reading:
    folder = tree / truth["exams"][key]["folder"]
    described = yaml.safe_load((folder / "考试.yaml").read_text(encoding="utf-8"))
    full = {paper["subject"]: paper["full_mark"] for paper in described["papers"]}
    files = [path for path in sorted(folder.iterdir()) if path.suffix in (".xlsx", ".xls", ".csv", ".zip")]
    return read_source(files, full_marks=full, workers=1)


def wanted(marks: pl.DataFrame, key: str) -> pl.DataFrame:
    return marks.filter(pl.col("exam") == key, pl.col("mark").is_not_null()).with_columns(
        pl.col("subject").map_elements(subject_name, return_dtype=pl.String), pl.col("class").cast(pl.String)
    )


@pytest.mark.parametrize("key", EXACT)
def test_sheets_without_mistakes_come_back_whole(
    tree: Path, truth: dict[str, Any], marks: pl.DataFrame, key: str
) -> None:
    planted = sum(mistake["file"].startswith(truth["exams"][key]["folder"]) for mistake in truth["mistakes"])
    found = reading(tree, truth, key).records().filter(pl.col("raw_mark").is_not_null())
    expected = wanted(marks, key)
    by = "ticket" if expected["ticket"].null_count() == 0 else "student_no"
    both = expected.join(found.select(by, "subject", "raw_mark"), on=[by, "subject"], how="left")
    assert both.filter(pl.col("raw_mark").is_null()).height <= planted
    assert both.filter(pl.col("raw_mark") != pl.col("mark")).height == 0


def test_the_messy_mock_comes_back_except_for_planted_mistakes(
    tree: Path, truth: dict[str, Any], marks: pl.DataFrame
) -> None:
    found = reading(tree, truth, "mock_2027").records()
    early = [m["file"].split("/")[1] for m in truth["mistakes"] if m["kind"] == "superseded"]
    assert len(early) == 3
    final = found.filter(~pl.col("file").is_in(early), pl.col("raw_mark").is_not_null())
    expected = wanted(marks, "mock_2027")
    got = pl.concat(
        [
            expected.join(final.drop_nulls("student_no"), on=["student_no", "subject"]).select(
                "mark", "raw_mark"
            ),
            expected.join(
                final.filter(pl.col("student_no").is_null()).drop_nulls("ticket"), on=["ticket", "subject"]
            ).select("mark", "raw_mark"),
            expected.join(
                final.filter(pl.col("student_no").is_null(), pl.col("ticket").is_null()),
                on=["school", "class", "name", "subject"],
            ).select("mark", "raw_mark"),
        ]
    )
    planted = len([m for m in truth["mistakes"] if m["file"].startswith("2027届九年级一模")])
    assert abs(got.height - expected.height) <= 14 * planted
    assert got.height >= 0.99 * expected.height
    assert (got["mark"] != got["raw_mark"]).sum() <= 8 * planted
    assert (got["mark"] != got["raw_mark"]).mean() < 0.01


def test_planted_marks_are_listed_at_their_cell(tree: Path, truth: dict[str, Any]) -> None:
    problems = reading(tree, truth, "mock_2027").problems
    listed = {(p.code, p.place.file.split("/")[0], p.place.address) for p in problems}
    for mistake in truth["mistakes"]:
        if mistake["code"].startswith("score."):
            folder, _, file = mistake["file"].partition("/")
            if folder == truth["exams"]["mock_2027"]["folder"]:
                assert (mistake["code"], file, mistake["cell"]) in listed, mistake


def test_codes_are_those_of_the_reader(truth: dict[str, Any]) -> None:
    codes = {mistake["code"] for mistake in truth["mistakes"]} - {""}
    own = {code for code in codes if code.split(".")[0] in ("score", "row", "id", "file", "total")}
    assert own <= set(CATALOGUE)
