"""Give each column a role and a confidence, from its header words and from what its cells look like.

A header not understood is never taken for a subject; a subject's column full of ranks is no mark.
"""

from collections.abc import Sequence
from dataclasses import replace

from zhiheng.files.contents import Contents
from zhiheng.files.headers import Header
from zhiheng.files.sheets import ColumnReading
from zhiheng.files.words import IDENTITY, ITEM, SUBJECT, SUBTOTAL, TOTAL, Word
from zhiheng.standards.subjects import PARTS

PLAUSIBLE_MARK = 300.0
IMPLAUSIBLE_MARK = 3000.0
"""Above this the usual number of a column is no mark and no scale score, but a number of something."""
LEAST_FOR_DOUBT = 5
DOUBTFUL = 0.3
"""Confidence of a column whose header and cells disagree: it is not read, and said so."""
PLAUSIBLE_ITEM = 80.0
LEAST_WEAK_ITEMS = 3
MOSTLY, HALF = 0.8, 0.5
LARGEST_GRADE = 13
IDS = ("ticket", "student_no", "other_id")
LARGEST_RUNNING_NUMBER = 9_999
AGAIN = "与前面一列是同一科的成绩"
MARKED = ("raw_mark", "scale_score", "total", "subtotal", "rank", "delta", "grade_letter")
SINGLE = ("name", "ticket", "student_no", "school", "school_code", "town", "grade", "class", "gender", "exam", "migrant", "left_behind", "boarding", "enrolment", "seat", "subject",
          "item", "date", "teacher")  # fmt: skip


def column_readings(header: Header, looks: Sequence[Contents]) -> tuple[list[ColumnReading], list[str]]:
    """Return a reading for every column that has a header or cells, and notes for the person who confirms."""
    notes: list[str] = []
    read = []
    for number, (text, meaning, look) in enumerate(zip(header.texts, header.words, looks, strict=True), 1):
        if text or look.count:
            read.append(_column(number, text, meaning, look, notes))
    read = _items_settled(read, header, looks, notes)
    read = _identities_settled(read, header, looks)
    read = _forms_settled(read)
    read = _tests_settled(read, header)
    return _subjects_settled(read), notes


def _column(number: int, text: str, meaning: Word, look: Contents, notes: list[str]) -> ColumnReading:
    role, agreement = _role(meaning, look)
    if doubt := _doubt(meaning, role, look):
        return ColumnReading(number, text, "ignore", confidence=DOUBTFUL, doubt=doubt)
    if meaning.role == "choice":
        notes.append(f"“{text}”列是选科，用来判断空白是缺考还是没有选考")
    if role == "ignore" and meaning.about is None and look.numeric > 0.5:
        notes.append(f"“{text or '（无表头）'}”列是数字，但表头看不懂，没有读取")
    confidence = round(max(0.05, meaning.strength * agreement), 2) if meaning.about else min(agreement, 0.5)
    subject = meaning.subject if role not in ("total", "ignore") else None
    return ColumnReading(number, text, role, subject, meaning.item, meaning.full_mark, confidence)


def _role(meaning: Word, look: Contents) -> tuple[str, float]:
    """Return (role, how well the cells agree)."""
    if meaning.about is None:
        return ("sequence", 0.5) if look.serial else ("ignore", 0.2)
    if meaning.about == IDENTITY:
        return _identity(meaning.role or "ignore", look)
    if meaning.about == ITEM:
        role = meaning.role if meaning.role in ("option", "rank") else "item_mark"
        return role, _share(look, PLAUSIBLE_ITEM)
    if meaning.role in ("rank", "delta", "grade_letter", "full_mark"):
        return (
            meaning.role,
            1.0 if meaning.role == "grade_letter" or look.numeric > 0.5 or not look.count else 0.6,
        )
    if look.count and look.grades > 0.6 and look.numeric < 0.3:
        return "grade_letter", 0.85
    if meaning.about in (TOTAL, SUBTOTAL):
        return meaning.about, _share(look, 1500.0)
    if meaning.role == "scale_score":
        return "scale_score", _share(look, float("inf"))
    return "raw_mark", _share(look, meaning.full_mark or PLAUSIBLE_MARK)


def _doubt(meaning: Word, role: str, look: Contents) -> str | None:
    """Say what makes the cells disagree with the header so much that the column is better not read."""
    if role == "raw_mark" and meaning.about == SUBJECT and look.ranks:
        return "全是 1、2、3……，像是名次"
    if look.count < LEAST_FOR_DOUBT:
        return None
    worded = look.numeric < HALF and not (role == "item_mark" and look.letters >= HALF)
    if role in ("raw_mark", "scale_score", "item_mark") and worded:
        return "多半不是数字"
    if role in ("raw_mark", "scale_score") and look.median > IMPLAUSIBLE_MARK:
        return f"多在 {look.median:.0f} 上下，像是号码"
    if role == "raw_mark" and meaning.full_mark and look.median > meaning.full_mark:
        return f"多半超过满分 {meaning.full_mark:g}"
    if role in IDS and look.names > MOSTLY:
        return "像是姓名"
    if role == "class" and look.numeric > MOSTLY and look.integers < HALF and look.median > LARGEST_GRADE:
        return "像是分数"
    return None


def _identity(role: str, look: Contents) -> tuple[str, float]:
    if role == "district":  # in a sheet of one county it says nothing
        return ("town", 0.9) if look.texts > 1 else ("ignore", 1.0)
    if role == "choice":
        return "ignore", 1.0
    if role == "name" and look.count and look.numeric - look.statuses > 0.8:
        return "name", 0.5
    if (
        role == "student_no"
        and look.numeric > 0.9
        and look.integers == 1
        and look.high <= LARGEST_RUNNING_NUMBER
    ):
        return "other_id", 0.9  # 学号 1, 2, 3 in a class: another school has the same
    if role in ("class", "school", "grade") and look.ranks and look.count > 20:
        return role, 0.5
    if role == "status" and look.count and look.numeric - look.statuses > 0.5:
        return "ignore", 0.5
    return role, 1.0


def _share(look: Contents, high: float) -> float:
    """Agreement of a column of marks: the share that are numbers or status words, less if out of range."""
    if not look.count:
        return 0.9
    return look.numeric * (1.0 if look.in_range(high) else 0.7 if look.low >= 0 else 0.5)


def _items_settled(
    read: list[ColumnReading], header: Header, looks: Sequence[Contents], notes: list[str]
) -> list[ColumnReading]:
    """Accept bare numbers as questions only in company, and tell marks from options.

    The great questions (一、选择题) are questions where no smaller ones stand beside them.
    """
    if not any(c.role in ("item_mark", "option") for c in read):
        read = [replace(c, role="item_mark") if c.role == "subtotal" and c.item else c for c in read]
    items = [c for c in read if c.role in ("item_mark", "option")]
    strong = sum(header.words[c.column - 1].strength > 0.9 for c in items)
    if not items:
        return read
    accepted = strong >= 1 or len(items) >= LEAST_WEAK_ITEMS
    digits = _digit_options([looks[c.column - 1] for c in items if c.role == "item_mark"])
    settled = []
    for column in read:
        if column.role not in ("item_mark", "option"):
            settled.append(column)
            continue
        look, meaning = looks[column.column - 1], header.words[column.column - 1]
        if not accepted:
            settled.append(replace(column, role="ignore", item=None, confidence=0.2))
            notes.append(f"“{column.header}”列像题号，但只有 {len(items)} 列，没有读取")
            continue
        lettered = look.letters > 0.5
        role = "option" if lettered or digits or column.role == "option" else "item_mark"
        agreement = (
            max(look.letters, 0.9) if role == "option" else _share(look, column.full_mark or PLAUSIBLE_ITEM)
        )
        company = 0.97 if meaning.strength > 0.9 else 0.9 if len(items) > 4 else 0.8
        settled.append(
            replace(column, role=role, confidence=round(company * (0.75 if digits else agreement), 2))
        )
    if digits:
        notes.append("小题列只有 1、2、3……这样的选项代号，没有 0 分，按选项读取；若是得分请改为小题分")
    return settled


def _digit_options(looks: Sequence[Contents]) -> bool:
    """Say whether question columns hold option numbers: whole numbers from 1, never a 0, as many in every column."""
    filled = [k for k in looks if k.count]
    return (
        len(filled) >= 5
        and min(k.count for k in filled) >= 30
        and not any(k.zeros for k in filled)
        and all(k.integers == 1.0 and k.low >= 1 and k.high <= 9 for k in filled)
        and sum(k.distinct >= 3 for k in filled) > 0.8 * len(filled)
    )


def _identities_settled(
    read: list[ColumnReading], header: Header, looks: Sequence[Contents]
) -> list[ColumnReading]:
    """One column per identity role: 学籍号 before 学号, 考号 before 自定义考号; a nameless column of names."""
    by_role: dict[str, list[ColumnReading]] = {}
    for column in read:
        by_role.setdefault(column.role, []).append(column)
    change: dict[int, str] = {}
    for role in SINGLE:
        columns = by_role.get(role, [])
        if role == "teacher":
            columns = [c for c in columns if c.subject is None]
        if len(columns) > 1:
            kept = max(
                columns,
                key=lambda c: (
                    "学籍" in c.header or "行政" in c.header,
                    header.words[c.column - 1].role == role,  # 乡镇 before 区县
                    bool(looks[c.column - 1].count),
                ),
            )
            for column in columns:
                if column is not kept:
                    change[column.column] = "other_id" if role in ("ticket", "student_no") else "ignore"
    others = by_role.get("other_id", [])
    if "ticket" not in by_role:
        ticket = next((c for c in others if "考" in c.header), None)
        if ticket:
            change[ticket.column] = "ticket"
        elif "student_no" not in by_role and others and not _local(others[0].header):
            change[others[0].column] = "student_no"
    if "name" not in by_role and not change:
        unnamed = next((c for c in read if c.role == "ignore" and looks[c.column - 1].names > 0.8), None)
        if unnamed and header.texts[unnamed.column - 1] in ("", "行标签"):  # the latter of a pivot table
            change[unnamed.column] = "name"
    return [
        replace(c, role=change[c.column], confidence=max(c.confidence, 0.5)) if c.column in change else c
        for c in read
    ]


def _local(header: str) -> bool:
    """Say whether a number is no pupil number beyond the school: 学号 of a class, 身份证号 of a citizen."""
    return "学号" in header or "证" in header


def _forms_settled(read: list[ColumnReading]) -> list[ColumnReading]:
    """Settle what depends on the whole sheet: long form, blueprint, full marks beside scores."""
    roles = {c.role for c in read}
    person = roles & {"name", "ticket", "student_no"}
    if "subject" in roles or ("item" in roles and person):
        plain = [c for c in read if c.role == "raw_mark" and c.subject is None]
        total = [c for c in read if c.role == "total"]
        scored = (plain or total)[:1]
        return [
            replace(c, role="score") if c in scored else unread(c, AGAIN) if c in plain else c for c in read
        ]
    if "item" in roles and not person and "full_mark" not in roles:
        return [
            replace(c, role="full_mark") if c.role == "raw_mark" and c.subject is None else c for c in read
        ]
    if not person and "key" not in roles:
        return read
    if "item" not in roles and person:  # 层次, 难度, 内容 beside pupils are no blueprint
        blueprint = {"knowledge", "ability", "item_kind", "expected_facility", "key", "full_mark"}
        return [replace(c, role="ignore") if c.role in blueprint else c for c in read]
    return read


def unread(column: ColumnReading, doubt: str) -> ColumnReading:
    """Return the column as one that is not read, with the reason in Chinese."""
    return replace(column, role="ignore", subject=None, item=None, confidence=DOUBTFUL, doubt=doubt)


def _tests_settled(read: list[ColumnReading], header: Header) -> list[ColumnReading]:
    """Name the test of each column where the marks of one subject stand there for several (期中 | 期末)."""
    named = {c.column: header.words[c.column - 1].exam for c in read if c.role in MARKED}
    tests: dict[tuple[str, str | None], set[str]] = {}
    for column in read:
        if column.role in ("raw_mark", "scale_score") and (exam := named[column.column]):
            tests.setdefault((column.role, column.subject), set()).add(exam)
    if not any(len(exams) > 1 for exams in tests.values()):
        return read
    settled = []
    for column in read:
        several = len(tests.get((column.role, column.subject), ())) > 1
        if several and not named[column.column]:
            column = unread(column, "没有写明是哪次考试的")
        settled.append(replace(column, exam=named.get(column.column)))
    return settled


def _subjects_settled(read: list[ColumnReading]) -> list[ColumnReading]:
    """Keep one column per subject, measure and test; read a combined paper beside its parts as a sum."""
    marked = {c.subject for c in read if c.role in ("raw_mark", "scale_score") and c.subject}
    told = marked | {c.subject for c in read if c.role in ("item_mark", "option")}
    seen: set[tuple[str, str | None, str | None]] = set()
    settled = []
    for column in read:
        key = (column.role, column.subject, column.exam)
        parts = PARTS.get(column.subject or "", ())
        if column.role in ("raw_mark", "scale_score") and sum(p in marked for p in parts) >= 2:
            column = replace(column, role="total", subject=None)
        elif column.role in ("raw_mark", "scale_score") and key in seen:
            column = unread(column, AGAIN)
        elif column.role == "subtotal" and column.subject and column.subject not in told:
            column = unread(column, "只是这一科的一部分，表里没有这一科的总分")
        seen.add(key)
        settled.append(column)
    return settled
