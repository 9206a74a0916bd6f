"""How schools lay out a score sheet: a dozen shapes seen in practice, each a function from a return to pages.

A layout moves values and writes headers; it never changes what a cell says, except for how numbers and classes
are written. Every page records where each value stands.
"""

from collections.abc import Callable

from zhiheng.demo.people import DIGITS
from zhiheng.demo.returns import Return, Row
from zhiheng.demo.workbook import Column, Formula, Page

Layout = Callable[[Return], list[Page]]
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


def class_label(grade: int, number: int, style: str = "bracket") -> str:
    """Write a class: bracket 九(1)班, code 901, short 1班, long 九年级1班, old 初三1班."""
    if grade >= 10:
        name = f"高{DIGITS[grade - 9]}"
        return {"code": f"{grade}{number:02d}", "short": f"{number}班"}.get(style, f"{name}({number})班")
    old = f"初{DIGITS[grade - 6]}{number}班" if grade >= 7 else f"{DIGITS[grade]}年级{number}班"
    return {
        "bracket": f"{DIGITS[grade]}({number})班",
        "code": f"{grade}{number:02d}",
        "short": f"{number}班",
        "long": f"{DIGITS[grade]}年级{number}班",
        "old": old,
    }[style]


def _labelled(rows: list[Row], grade: int, *styles: str) -> list[Row]:
    """Rows with the class written in one style, or in several in turn."""
    return [
        (key, {**cells, "class": class_label(grade, cells["class"], styles[place % len(styles)])})
        for place, (key, cells) in enumerate(rows)
    ]


def _one_row(*pairs: tuple[str, str]) -> list[Column]:
    return [Column((header,), field) for header, field in pairs]


def _subjects(made: Return) -> list[Column]:
    return [Column((name,), code) for code, name, _ in made.subjects]


def flat(made: Return) -> list[Page]:
    """One row per pupil, headers in the first row, ticket and student number."""
    columns = _one_row(("学校", "school"), ("班级", "class"), ("姓名", "name"), ("考号", "ticket"))
    columns += [*_one_row(("学籍号", "student_no")), *_subjects(made), *_one_row(("总分", "total"))]
    return [Page("Sheet1").table(columns, _labelled(made.rows, made.grade, "bracket"))]


def two_row(made: Return) -> list[Page]:
    """Each subject merged over 成绩, 班排 and 校排."""
    columns = [Column((header, ""), field) for header, field in _who("准考证号", "ticket")]
    for code, name, _ in [*made.subjects, ("total", "总分", 0)]:
        columns += [
            Column((name, part), field)
            for part, field in (("成绩", code), ("班排", f"{code}.class"), ("校排", f"{code}.school"))
        ]
    return [Page("导入数据").table(columns, _labelled(made.rows, made.grade, "long"))]


def _who(number: str, field: str) -> list[tuple[str, str]]:
    return [("姓名", "name"), (number, field), ("班级", "class")]


def titled_with_notes(made: Return) -> list[Page]:
    """A page of notes first; then two title rows, headers in the third."""
    notes = Page("填表说明", [["填表说明"], ["一、本表由教导处填写", ""], ["", "缺考请写“缺考”，不要留空"]])
    notes.rows += [["二、总分由系统计算", ""], ["三、联系人", "教导处"]]
    columns = _one_row(("序号", "serial"), ("班级", "class"), ("姓名", "name"), ("学籍号", "student_no"))
    columns += [*_subjects(made), *_one_row(("总分", "total"), ("名次", "total.school"))]
    rows = [(key, {**cells, "serial": place}) for place, (key, cells) in enumerate(made.rows, 1)]
    page = Page("成绩表").title(
        f"{made.school}{made.exam.removeprefix(made.school)}成绩册",
        f"填报单位：教导处    {made.date:%Y}年{made.date.month}月",
        width=len(columns),
    )
    return [notes, page.table(columns, _labelled(rows, made.grade, "short"))]


def sheet_per_class(made: Return) -> list[Page]:
    """A page for each class, named by it, with a mean, rates and a line for signatures below."""
    columns = _one_row(("座号", "seat"), ("姓名", "name"), ("考号", "ticket"), ("性别", "gender"))
    columns += [*_subjects(made), *_one_row(("总分", "total"), ("班次", "total.class"))]
    pages = []
    for number, rows in made.by_class().items():
        label = class_label(made.grade, number)
        page = Page(label).title(f"{label}{made.exam}成绩单", width=len(columns)).table(columns, rows)
        _below(page, columns, rows, made)
        pages.append(page)
    return pages


def _below(page: Page, columns: list[Column], rows: list[Row], made: Return, left: int = 0) -> None:
    """Total, mean and rate rows, then a signature line, as clerks put them under a table."""
    marks = {
        code: [float(c[code]) for _, c in rows if isinstance(c[code], int | float)]
        for code, _, _ in made.subjects
    }
    full = {code: mark for code, _, mark in made.subjects}
    measures: tuple[tuple[str, Callable[[str], float]], ...] = (
        ("合计", lambda code: sum(marks[code])),
        ("平均分", lambda code: round(sum(marks[code]) / max(len(marks[code]), 1), 2)),
        ("及格率", lambda code: _share(marks[code], 0.6 * full[code])),
        ("优秀率", lambda code: _share(marks[code], 0.8 * full[code])),
    )
    for name, measure in measures:
        values = [measure(column.field) if column.field in marks else "" for column in columns[1:]]
        page.rows.append([*[""] * left, name, *values])
    page.rows.append([])
    page.rows.append([""] * left + ["班主任签名：", "", "", "", "教导主任：", "", "", "校长："])


def _share(marks: list[float], line: float) -> float:
    return round(sum(mark >= line for mark in marks) / max(len(marks), 1), 4)


def sheet_per_subject(made: Return) -> list[Page]:
    """A page for each subject, named by it."""
    pages = []
    for code, name, full in made.subjects:
        columns = _one_row(("班级", "class"), ("姓名", "name"), ("考号", "ticket"))
        columns += _one_row(
            (f"得分（满分{full}）", code), ("班名次", f"{code}.class"), ("校名次", f"{code}.school")
        )
        pages.append(Page(name).table(columns, _labelled(made.rows, made.grade, "code")))
    return pages


def long_form(made: Return) -> list[Page]:
    """One row per pupil and subject."""
    page = Page("成绩导出")
    columns = _one_row(("准考证号", "ticket"), ("姓名", "name"), ("科目", "subject"), ("分数", "mark"))
    page.rows.append([column.header[0] for column in columns])
    for key, cells in made.rows:
        for code, name, _ in made.subjects:
            page.rows.append([cells["ticket"], cells["name"], name, cells[code]])
            at = len(page.rows)
            page.places[key, code] = (page.name, at, 4)
            page.places.setdefault((key, "name"), (page.name, at, 2))
            page.places.setdefault((key, "ticket"), (page.name, at, 1))
    return [page]


def from_b2(made: Return) -> list[Page]:
    """The table starts at B2, without any number of a pupil; totals, means and signatures stand below."""
    columns = _one_row(("班别", "class"), ("学生姓名", "name"))
    columns += [*_subjects(made), *_one_row(("合计", "total"))]
    page = Page("Sheet1", [[]]).table(columns, _labelled(made.rows, made.grade, "short"), left=1)
    _below(page, columns, made.rows, made, left=1)
    return [page]


def dirty_headers(made: Return) -> list[Page]:
    """Spaces in headers and names, full marks in headers, numbers as text, full-width digits, many class styles."""
    columns = _one_row(("学校 ", "school"), ("班 级", "class"), ("姓\u3000名", "name"), ("考\n号", "ticket"))
    for place, (code, name, full) in enumerate(made.subjects):
        columns.append(Column(((f"{name}({full})", f"{name}/{full}", f" {name}")[place % 3],), code))
    columns += _one_row(("总\u3000分", "total"), ("备注", "note"))
    rows = [(key, _as_typed(place, cells, made)) for place, (key, cells) in enumerate(made.rows)]
    return [Page("Sheet").table(columns, _labelled(rows, made.grade, "short", "code", "bracket", "old"))]


def _as_typed(place: int, cells: dict[str, object], made: Return) -> dict[str, object]:
    """What a careless hand makes of a row: the same values, written differently."""
    typed = dict(cells)
    name = str(cells["name"])
    if place % 7 == 2 and len(name) == 2:
        typed["name"] = f"{name[0]}\u3000{name[1]}"
    elif place % 11 == 5:
        typed["name"] = f"{name} "
    for column, (code, _, _) in enumerate(made.subjects):
        value = cells[code]
        if isinstance(value, int | float) and (place + column) % 5 == 0:
            typed[code] = str(value)
        elif isinstance(value, int | float) and (place + 3 * column) % 17 == 0:
            typed[code] = str(value).translate(FULL_WIDTH)
    return typed


def hidden_and_formulas(made: Return) -> list[Page]:
    """Totals are formulas with stored values; an old column and two rows are hidden."""
    columns = _one_row(("学校", "school"), ("班级", "class"), ("姓名", "name"), ("学籍号", "student_no"))
    columns += [*_one_row(("上次总分", "last")), *_subjects(made), *_one_row(("总分", "total"))]
    rows = _labelled(made.rows, made.grade, "bracket")
    for key, cells in rows:
        cells["last"] = round(0.94 * (cells["total"] or 0)) + key % 23
    page = Page(made.grade_name).table(columns, rows)
    last = len(columns)
    first = last - len(made.subjects)
    for at in range(1, len(page.rows)):
        line = page.rows[at]
        stored = sum(value for value in line[first - 1 : last - 1] if isinstance(value, int | float))
        line[-1] = Formula(f"=SUM({chr(64 + first)}{at + 1}:{chr(63 + last)}{at + 1})", stored)
    page.hidden_columns = [4]
    page.hidden_rows = [5, 6]
    return [page]


def platform(made: Return) -> list[Page]:
    """A marking platform's export: title, two ids, 学生属性, and per subject the ranks and their changes."""
    lead = [("序号", "serial"), ("准考证号", "ticket"), ("自定义考号", "student_no"), ("班级", "class")]
    lead += [("姓名", "name"), ("学生属性", "enrolment")]
    columns = [Column((header, ""), field) for header, field in lead]
    for code, name, _ in [("total", "总分", 0), *made.subjects]:
        columns += [
            Column((name, part), f"{code}{field}")
            for part, field in (
                ("得分", ""),
                ("校次", ".school"),
                ("校次进退步", ".delta"),
                ("班次", ".class"),
            )
        ]
    rows = []
    for place, (key, cells) in enumerate(made.rows, 1):
        deltas = {f"{c}.delta": (key * 7 + 3 * n) % 41 - 20 for n, (c, _, _) in enumerate(made.subjects)}
        rows.append((key, {**cells, "serial": place, "total.delta": key % 31 - 15, **deltas}))
    page = Page("班级全学科成绩汇总").title(f"{made.exam} 成绩汇总", width=len(columns))
    page.table(columns, _labelled(rows, made.grade, "short"))
    sat = sum(cells["total"] != "" for _, cells in made.rows)
    page.rows.append(["合计", "", "", "", f"{sat}人"])
    return [page]


def transposed(made: Return) -> list[Page]:
    """A page for each class with pupils side by side and subjects below each other."""
    pages = []
    for number, rows in made.by_class().items():
        page = Page(class_label(made.grade, number))
        lines = [("姓名", "name"), ("考号", "ticket"), *((name, code) for code, name, _ in made.subjects)]
        for at, (header, field) in enumerate([*lines, ("总分", "total")], 1):
            page.rows.append([header, *(cells[field] for _, cells in rows)])
            for column, (key, _) in enumerate(rows, 2):
                page.places[key, field] = (page.name, at, column)
        pages.append(page)
    return pages


LAYOUTS: dict[str, Layout] = {
    layout.__name__: layout
    for layout in (
        flat,
        two_row,
        titled_with_notes,
        sheet_per_class,
        sheet_per_subject,
        long_form,
        from_b2,
        dirty_headers,
        hidden_and_formulas,
        platform,
        transposed,
    )
}
