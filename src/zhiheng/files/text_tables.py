"""Write tables as .csv that a spreadsheet program opens as they are: no text of a pupil's sheet runs as a formula.

What it writes, `delimited` reads back: the apostrophe is taken off again.
"""

from pathlib import Path

import polars as pl
import polars.selectors as cs

_FORMULA = r"^[=+\-@\t\r]"
_NUMBER = r"^[+-]?\d+(?:\.\d+)?$"


def write_csv(table: pl.DataFrame, path: Path) -> None:
    """Write a table in UTF-8 with mark; a text that would start a formula (=1+1, @x) gets an apostrophe before it.

    Numbers, also those kept as text (-3.5), stay as they are.
    """
    text = cs.string().as_expr()
    guarded = pl.when(text.str.contains(_FORMULA) & ~text.str.contains(_NUMBER)).then("'" + text)
    table.with_columns(guarded.otherwise(text).name.keep()).write_csv(path, include_bom=True)
