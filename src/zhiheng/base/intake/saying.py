"""What the rows of a sheet say of themselves beside pupils and marks: grades, exams, schools, subjects.

Stored with the sheet, so that nobody reads it again to ask; which exam or school that is, later stages know.
"""

from typing import Any

import polars as pl

from zhiheng.files.sheets import Records

SAID = ("grade", "exam", "school")
MOST = 50
"""So many different values are kept, the commonest; a column with more is not what it seems."""


def said_in(records: Records) -> dict[str, Any]:
    """Return grade, exam and school, each text → number of rows, and subject, a list of codes."""
    counted = {name: dict(_commonest(records.people[name])) for name in SAID}
    return counted | {"subject": records.marks["subject"].drop_nulls().unique().sort().to_list()}


def _commonest(texts: pl.Series) -> list[tuple[str, int]]:
    counts = texts.drop_nulls().value_counts().sort("count", texts.name, descending=[True, False])
    return counts.head(MOST).rows()
