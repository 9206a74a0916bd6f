"""What changed since an earlier exam: gaps between areas, places of units in the county."""

from collections.abc import Iterable

from zhiheng.files.document import Column, Table
from zhiheng.files.number_formats import (
    COUNT,
    MARK,
    MARK_CHANGE,
)
from zhiheng.reports.facts.changes import Change, Changes
from zhiheng.reports.facts.exam import ExamFacts
from zhiheng.reports.facts.statements import gap_word
from zhiheng.reports.facts.telling import strength
from zhiheng.standards.subjects import subject_name

_TELLS = {1: "上升", 0: "无法区分", -1: "下降"}


def _told(each: Change) -> str:
    """Say what became of a place; absences may be all there is to it."""
    return _TELLS[each.direction] + ("（缺考较多）" if each.direction and each.many_absent else "")


NOT_COMPARED = "无可比数据：没有可比的上一次考试，不作升降比较。"


def compared_with(since: Changes) -> str:
    """Return how the earlier exam is compared with, as the note of every table of changes."""
    return (
        f"与{since.earlier.name}（数据{since.dataset_version}）相比。两次试卷不同，均分和三率不直接相减，"
        "只比较在全县的位置；单位为全县学生的标准差。"
    )


_CHANGE_COLUMNS = (
    Column("上次", MARK_CHANGE),
    Column("本次", MARK_CHANGE),
    Column("变化", MARK_CHANGE, interval=True),
    Column("判断"),
)


def compared_briefly(since: Changes) -> str:
    """Return the same in one line, for a page that shows the gaps only."""
    return f"可比变化：城乡差距或各类学校在全县的位置（标准差）与{since.earlier.name}之差；试卷不同，均分和三率不相减。"


def gap_change_table(since: Changes) -> Table:
    """Return the urban–rural gap of each subject then and now."""
    columns = (Column("学科"), *_CHANGE_COLUMNS)
    rows = tuple(
        (subject_name(subject), each.before.value, each.now.value, each.by, gap_word(each))
        for subject, each in since.gaps.items()
    )
    ends = next((f"差距为{each.name}。" for each in since.gaps.values()), "")
    return Table("城乡差距的变化", columns, rows, note=ends + compared_with(since), sheet="城乡差距变化")


_PLACE_COLUMNS = (
    Column("上次", MARK_CHANGE, "位置"),
    Column("本次", MARK_CHANGE, "位置"),
    Column("变化", MARK_CHANGE, "位置", interval=True),
    Column("判断"),
)


def place_change_table(
    title: str, first: str, since: Changes, named: Iterable[tuple[str, Change]], sheet: str
) -> Table:
    """Return where units stood in the county then and now, in the order they come in, each under its name."""
    columns = (Column(first), Column("上次", COUNT, "实考"), Column("本次", COUNT, "实考"), *_PLACE_COLUMNS)
    rows = tuple(
        (name, each.n_before, each.n, each.before.value, each.now.value, each.by, _told(each))
        for name, each in named
    )
    return Table(title, columns, rows, note="0 为全县平均。" + compared_with(since), sheet=sheet)


def progress_table(facts: ExamFacts, since: Changes, subject: str) -> Table:
    """Return each school's change of place in a subject, in the bureau's order.

    In compulsory education no place stands beside the name, only the change.
    """
    columns = [Column("学校"), Column("类型"), Column("上次", COUNT, "实考"), Column("本次", COUNT, "实考")]
    columns += _PLACE_COLUMNS[2:] if facts.results.exam.compulsory else _PLACE_COLUMNS
    rows = []
    for each in since.schools[subject]:
        kind = facts.results.schools[each.unit]["school_type"] or "—"
        places = () if facts.results.exam.compulsory else (each.before.value, each.now.value)
        rows.append((each.name, kind, each.n_before, each.n, *places, each.by, _told(each)))
    note = "按局定学校顺序排列，不排名次。" + compared_with(since)
    title = f"各校{subject_name(subject)}位置的变化"
    return Table(title, tuple(columns), tuple(rows), note=note, sheet="学校变化")


def change_cell(facts: ExamFacts, subject: str) -> str:
    """Return what the intervals tell of a subject: its urban–rural gap, else the type of school that moved most."""
    since = facts.changes
    gap = since.gaps.get(subject) if since else None
    types = since.types.get(subject, ()) if since else ()
    if gap and gap.direction:
        return f"城乡差距{gap_word(gap)} {_size(gap)}"
    if moved := [each for each in types if each.direction]:
        most = max(moved, key=lambda each: strength(each.by))
        return f"{most.name}{_TELLS[most.direction]} {_size(most)}"
    return "无法区分" if gap or types else "—"


def _size(each: Change) -> str:
    return f"{MARK_CHANGE.text(each.by.value)}（{MARK.range(each.by.lo, each.by.hi)}）"
