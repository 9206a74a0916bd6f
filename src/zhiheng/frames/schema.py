"""The tables of a dataset: their columns and types. Every analysis reads these and nothing else.

Pupils, classes, teachers and schools appear by small integers that mean something only inside one
dataset; `pupils.uuid` and its like lead back to the registry. No table here holds a name of a pupil.
Marks are whole hundredths of a point, so sums are exact on every engine; scale scores are floats.
"""

import narwhals as nw

HUNDREDTHS = 100
TOTAL = "total"
"""Subject code of the sum over the papers that make up a total."""

MARKS = nw.Schema(
    {
        "pupil": nw.Int32(),
        "subject": nw.String(),
        "raw_mark": nw.Int32(),  # hundredths; null unless the pupil has a mark
        "scale_score": nw.Float64(),  # 赋分 or another scale; null where the sheet gives none
        "status": nw.String(),  # one of STATUSES
        "upload": nw.Int32(),  # index into manifest["uploads"]
        "sheet": nw.Int32(),  # 0-based sheet number in that workbook
        "row": nw.Int32(),  # 1-based, as the spreadsheet program shows it
        "column": nw.Int32(),  # 1-based
    }
)
"""One row per pupil and subject sat or due. Sheets' own totals are not stored as marks."""

ITEM_MARKS = nw.Schema(
    {
        "pupil": nw.Int32(),
        "subject": nw.String(),
        "item": nw.Int32(),  # index into `items` of the same subject
        "raw_mark": nw.Int32(),  # hundredths
        "option": nw.String(),  # what a pupil chose, "" for nothing; null where marks only
        "upload": nw.Int32(),
        "sheet": nw.Int32(),
        "row": nw.Int32(),
        "column": nw.Int32(),
    }
)

PUPILS = nw.Schema(
    {
        "pupil": nw.Int32(),
        "uuid": nw.String(),
        "school": nw.Int32(),
        "class": nw.Int32(),
        "gender": nw.String(),  # male, female or null
        "migrant": nw.Boolean(),  # 随迁; null where nobody said
        "left_behind": nw.Boolean(),  # 留守
        "boarding": nw.Boolean(),  # 寄宿
        "enrolment": nw.String(),  # one of ENROLMENTS
    }
)
SCHOOLS = nw.Schema(
    {
        "school": nw.Int32(),
        "uuid": nw.String(),
        "name": nw.String(),
        "town": nw.String(),
        "area": nw.String(),  # city 城, town 镇, village 乡; null where unknown
        "school_type": nw.String(),  # the bureau's words: 县城初中, 乡镇初中, 九年一贯, 民办 …
        "order": nw.Int32(),
    }
)
CLASSES = nw.Schema(
    {
        "class": nw.Int32(),
        "uuid": nw.String(),
        "school": nw.Int32(),
        "entry_year": nw.Int32(),
        "number": nw.Int32(),
        "label": nw.String(),  # 九(3)班
    }
)
TEACHING = nw.Schema(
    {"class": nw.Int32(), "subject": nw.String(), "teacher": nw.Int32(), "teacher_uuid": nw.String()}
)
PAPERS = nw.Schema(
    {
        "subject": nw.String(),
        "name": nw.String(),  # 数学
        "full_mark": nw.Int32(),  # hundredths
        "weight": nw.Float64(),  # in a weighted total over subjects; 1 where not said
        "in_total": nw.Boolean(),
        "order": nw.Int32(),
    }
)
ITEMS = nw.Schema(
    {
        "subject": nw.String(),
        "item": nw.Int32(),
        "label": nw.String(),  # 14, 22(2)
        "kind": nw.String(),  # choice, multiple, open
        "full_mark": nw.Int32(),  # hundredths
        "knowledge": nw.String(),
        "ability": nw.String(),
        "expected_facility": nw.Float64(),
        "key": nw.String(),  # the right option; null for open items
    }
)

TABLES: dict[str, nw.Schema] = {
    "marks": MARKS,
    "item_marks": ITEM_MARKS,
    "pupils": PUPILS,
    "schools": SCHOOLS,
    "classes": CLASSES,
    "teaching": TEACHING,
    "papers": PAPERS,
    "items": ITEMS,
}

STATUSES = {
    "normal": "正常",
    "absent": "缺考",
    "deferred": "缓考",
    "cheat": "作弊",
    "exempt_special": "免考",
    "not_scanned": "未扫描",
    "not_taken": "未选考",
}
"""Exam status of one pupil in one subject. `not_taken`: the subject is not this pupil's (选科)."""

ENROLMENTS = {
    "regular": "在籍在读",
    "guest": "借读",
    "transferred_in": "转入",
    "transferred_out": "转出",
    "repeat": "往届",
    "exempt_special": "随班就读",
}
"""How the pupil belongs to the school on the day of the exam."""
