"""Names that slid against their numbers: someone sorted or deleted one column and not the other.

Works on frames alone; what becomes of the rows is decided by the caller.
"""

import polars as pl

OFFSETS = (1, -1, 2, -2, 3, -3)
SHORTEST_RUN = 3
"""Rows in a row that must agree with the same offset; fewer can be chance or typing errors."""


def shifted_runs(rows: pl.DataFrame) -> pl.DataFrame:
    """Find runs of rows whose name is the known name of the row a fixed distance above or below.

    Parameters
    ----------
    rows : sheet_key, row, name (as written) and known_name (of the pupil the number belongs to; null unknown).

    Returns
    -------
    sheet_key, offset (rows; 1 means each name stands one row too low), first_row, last_row.
    """
    ordered = rows.sort("sheet_key", "row")
    wrong = (pl.col("name") != pl.col("known_name")).fill_null(False)
    suspects = ordered.with_columns(wrong.alias("wrong"))
    if not suspects["wrong"].any():
        return pl.DataFrame(
            schema={
                "sheet_key": rows.schema["sheet_key"],
                "offset": pl.Int32,
                "first_row": pl.Int32,
                "last_row": pl.Int32,
            }
        )
    found = []
    for offset in OFFSETS:
        slid = pl.col("wrong") & (
            pl.col("name") == pl.col("known_name").shift(offset).over("sheet_key")
        ).fill_null(False)
        runs = (
            suspects.with_columns(slid.alias("slid"))
            .with_columns(pl.struct("sheet_key", "slid").rle_id().alias("run"))
            .filter("slid")
            .group_by("sheet_key", "run")
            .agg(
                pl.len().alias("length"),
                pl.col("row").min().cast(pl.Int32).alias("first_row"),
                pl.col("row").max().cast(pl.Int32).alias("last_row"),
            )
            .filter(pl.col("length") >= SHORTEST_RUN)
            .select("sheet_key", pl.lit(offset, pl.Int32).alias("offset"), "first_row", "last_row")
        )
        found.append(runs)
    return pl.concat(found).sort("sheet_key", "first_row")
