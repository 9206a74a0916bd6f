"""Tables written as text: what a spreadsheet program opens, and what comes back when they are read again."""

import csv

import polars as pl
import pytest

from zhiheng.files.delimited import read_delimited
from zhiheng.files.limits import LIMITS
from zhiheng.files.text_tables import write_csv

NAMES = ["=1+1", "@SUM(A1)", "+cmd", "-甲", "\t=2", "\r=3"]


@pytest.mark.parametrize("name", NAMES)
def test_a_text_that_would_run_as_a_formula_is_quoted_and_read_back(tmp_path, name):
    path = tmp_path / "a.csv"
    write_csv(pl.DataFrame({"姓名": [name, "甲=乙"], "语文": [80, 90], "数学": [1, 2]}), path)
    with path.open(encoding="utf-8-sig", newline="") as written:
        cells = [row[0] for row in csv.reader(written)]
    assert cells == ["姓名", "'" + name, "甲=乙"]
    assert read_delimited("a.csv", path.read_bytes(), LIMITS)[1] == [name, "80", "1"]


def test_numbers_stay_numbers(tmp_path):
    path = tmp_path / "a.csv"
    table = pl.DataFrame({"text": ["-3.5", "+8", None], "mark": [-1.25, None, 3.0], "n": [-1, 2, None]})
    write_csv(table, path)
    assert path.read_bytes() == "\ufefftext,mark,n\n-3.5,-1.25,-1\n+8,,2\n,3.0,\n".encode()
