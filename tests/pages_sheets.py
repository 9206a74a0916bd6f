"""Score sheets of the small county as schools send them, for tests that go through the real intake."""

import io
from dataclasses import dataclass
from random import Random

import xlsxwriter

from pages_county import CANARY, SCHOOLS, pupil_name, ticket

SUBJECTS = (("语文", 120), ("数学", 120), ("英语", 120))
ITEMS = 12
KEY = "ABCDABCDABCD"
KNOWLEDGE = ("函数", "方程", "几何", "统计")


@dataclass(frozen=True)
class SmallSheets:
    """File name → bytes."""

    files: dict[str, bytes]


def small_sheets(*, classes: int = 2, pupils: int = 12, seed: int = 5, spoil: bool = False) -> SmallSheets:
    """Return a workbook of marks per school, one item sheet of 数学 for the county and its blueprint.

    `spoil` writes a letter O for a zero in one mark of the second school.
    """
    rng = Random(seed)
    files: dict[str, bytes] = {}
    answers: list[list[object]] = []
    for order, (school, *_rest) in enumerate(SCHOOLS):
        rows: list[list[object]] = []
        strength = rng.gauss(0, 6)
        for klass in range(1, classes + 1):
            for seat in range(1, pupils + 1):
                name = (
                    f"{CANARY[school]}{klass}"
                    if seat == 1 and school in CANARY
                    else pupil_name(order, klass, seat)
                )
                ability = rng.gauss(strength, 15)
                choices, right = _answers(rng, ability)
                marks: list[object] = [
                    _mark(rng, ability, 78),
                    right * 10,
                    _mark(rng, ability, 74),
                ]
                if seat == pupils and klass == 1:
                    marks[0] = "缺考"
                if spoil and order == 1 and klass == 1 and seat == 3:
                    marks[2] = "8O"
                number = ticket(order, klass, seat)
                rows.append([number, name, f"九({klass})班", *marks])
                answers.append([number, name, school, f"九({klass})班", *choices])
        header = ["考号", "姓名", "班级", *(f"{name}({full})" for name, full in SUBJECTS)]
        files[f"{school}.xlsx"] = _book(school, [[f"{school}九年级一模成绩"], header, *rows])
    item_header = ["考号", "姓名", "学校", "班级", *(f"第{n}题" for n in range(1, ITEMS + 1))]
    files["数学小题选项.xlsx"] = _book("数学", [item_header, *answers])
    blueprint: list[list[object]] = [["题号", "题型", "满分", "知识点", "能力层级", "答案"]]
    blueprint += [
        [n, "单选", 10, KNOWLEDGE[n % 4], "理解" if n % 2 else "应用", KEY[n - 1]]
        for n in range(1, ITEMS + 1)
    ]
    files["数学双向细目表.xlsx"] = _book("数学", blueprint)
    return SmallSheets(files)


def _mark(rng: Random, ability: float, mean: float) -> int:
    return max(0, min(120, round(mean + ability + rng.gauss(0, 8))))


def _answers(rng: Random, ability: float) -> tuple[list[str], int]:
    """Return the chosen options and how many are right; item 7's printed key is wrong on purpose."""
    chosen, right = [], 0
    for number, key in enumerate(KEY, start=1):
        true_key = "A" if number == 7 else key
        hit = rng.random() < 1 / (1 + 2.7 ** (-(ability / 12 + 0.6 - number / 12)))
        option = true_key if hit else rng.choice([o for o in "ABCD" if o != true_key])
        chosen.append(option)
        right += option == key
    return chosen, right


def _book(sheet: str, rows: list[list[object]]) -> bytes:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet[:31])
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return sink.getvalue()
