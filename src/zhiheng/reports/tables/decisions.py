"""Matters to decide, with owner and day."""

from zhiheng.files.document import Column, Table
from zhiheng.reports.facts.exam import ExamFacts


def decision_table(facts: ExamFacts, count: int, title: str = "", *, checked: bool = False) -> Table:
    """Return 事项, 责任人, 时限 of the most urgent decisions, and where `checked` the day each is looked at again."""
    columns = [Column("事项", width=2.0), Column("责任人"), Column("时限")]
    if checked:
        columns.append(Column("复核"))
    rows = []
    for each in facts.decisions[:count]:
        days = (each.due_on, each.check_on) if checked else (each.due_on,)
        rows.append((each.matter, each.owner, *(f"{day.month}月{day.day}日" for day in days)))
    return Table(title, tuple(columns), tuple(rows), sheet="请决定事项")
