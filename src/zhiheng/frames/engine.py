"""Where rows stay and where numbers come home: the three moves between an engine and this process.

Rows are only ever described (Narwhals, lazily). Sums of them are few: they come home and are finished with `core`.
"""

from collections.abc import Mapping
from typing import Any

import narwhals as nw


def opened(tables: Mapping[str, Any]) -> dict[str, nw.LazyFrame]:
    """Return the tables of a dataset as Narwhals lazy frames, whatever engine they come from."""
    return {name: nw.from_native(table).lazy() for name, table in tables.items()}


def settled(frame: nw.LazyFrame) -> nw.LazyFrame:
    """Compute a frame that several tables read once, and keep its rows where the engine keeps rows."""
    if frame.implementation.is_polars():
        return frame.collect().lazy()
    if frame.implementation.is_spark_like():
        return nw.from_native(frame.to_native().cache())
    return frame


def gathered(frame: nw.LazyFrame) -> nw.DataFrame:
    """Bring aggregates home. Only for frames with one row per group, never for pupils' rows."""
    if not frame.implementation.is_duckdb():
        return frame.collect("polars")
    # DuckDB hands tables over through pyarrow, which nothing else here needs; for aggregates plain rows will do.
    rows = frame.to_native().fetchall()
    kinds = {
        name: nw.Int64() if kind == nw.Int128() else kind for name, kind in frame.collect_schema().items()
    }
    columns = zip(*rows, strict=True) if rows else ([] for _ in kinds)
    data = {name: list(column) for name, column in zip(kinds, columns, strict=True)}
    return nw.from_dict(data, kinds, backend="polars")


def as_schema(data: Mapping[str, Any], schema: nw.Schema) -> nw.LazyFrame:
    """Build a result table from columns (arrays or series), in the order and types of `schema`.

    NaN, which `core` uses for "there is no such number", becomes null.
    """
    frame = nw.from_dict(
        {name: nw.to_native(data[name], pass_through=True) for name in schema}, backend="polars"
    )
    floats = [nw.col(name) for name in schema if frame.schema[name].is_float()]
    return (
        frame.with_columns(*(nw.when(~column.is_nan()).then(column) for column in floats))
        .with_columns(*(nw.col(name).cast(kind) for name, kind in schema.items()))
        .lazy()
    )
