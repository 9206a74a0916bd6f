"""Read and write many rows of one table without making objects of them. For tens of thousands of rows only."""

import contextlib
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import polars as pl
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet


def frame_of(queryset: "QuerySet[Any, Any]", schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """Return the rows of `queryset.values_list(...)` as a frame; ids become 32 hexadecimal digits on every database.

    The columns of `schema` name the values in order.
    """
    rows: list[tuple[Any, ...]] = []
    # A filter on an empty list selects nothing and cannot be written as SQL.
    with contextlib.suppress(EmptyResultSet), connection.cursor() as cursor:
        cursor.execute(*queryset.query.sql_with_params())
        rows = cursor.fetchall()
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pl.DataFrame(
        {
            name: pl.Series(name, [_plain(v) for v in column], dtype=kind, strict=False)
            for (name, kind), column in zip(schema.items(), columns, strict=True)
        }
    )


def _plain(value: Any) -> Any:
    """SQLite hands out stored text where PostgreSQL hands out objects: make them the same."""
    if isinstance(value, UUID):
        return value.hex
    return value.isoformat() if isinstance(value, dt.date) else value


def rows_insert(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows (one value per field, ids as hexadecimal digits) into the table of `model`, in the caller's transaction."""
    column_of = {field.name: field.column for field in model._meta.concrete_fields}
    columns = ", ".join(connection.ops.quote_name(str(column_of[name])) for name in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(rows))
