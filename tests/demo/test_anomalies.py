"""Every anomaly of practice.md section 8 lies in the raw sheets, by a reader that knows nothing of the simulation."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from demo.test_written_sheets import MOCK, plain, sheets_of

Rows = list[dict[str, str]]


def rows_of(path: Path, *words: str) -> Rows:
    """Rows of every sheet of a file as header → text; the header is the first row that holds all of `words`."""
    found: Rows = []
    for grid in sheets_of(path).values():
        lines = [[plain(cell) for cell in row] for row in grid]
        at = next((n for n, line in enumerate(lines) if set(words) <= set(line)), None)
        found += [] if at is None else [dict(zip(lines[at], line, strict=False)) for line in lines[at + 1 :]]
    return found


def roster(tree: Path, school: str) -> Rows:
    return rows_of(tree / "名册" / f"{school}学生名册.xlsx", "姓名", "班级")


def schools(tree: Path) -> Rows:
    return [row for row in rows_of(tree / "名册" / "学校名录.xlsx", "学校名称") if row.get("学校代码")]


def a_class_of_71(tree: Path) -> bool:
    sizes = Counter(row["班级"] for row in roster(tree, "安禾县实验中学"))
    return sizes["九(6)班"] == 71


def liulin_misses_one_in_nine(tree: Path) -> bool:
    rows = rows_of(tree / MOCK / "柳林镇初级中学九年级一模成绩.xlsx", "姓名", "语文")
    return 0.10 < sum(row["语文"] == "缺考" for row in rows) / len(rows) < 0.13


def shiqiao_is_below_the_private_school(tree: Path) -> bool:
    def mean(path: Path, *words: str) -> float:
        totals = [float(row["总分"]) for row in rows_of(path, *words) if row.get("总分", "").isdecimal()]
        return sum(totals) / len(totals)

    (private,) = (tree / MOCK).glob("安禾县启明中学*(改).xlsx")
    low = mean(tree / MOCK / "石桥镇初级中学九年级一模成绩.xlsx", "姓名", "总分")
    scores = [row for grid in sheets_of(private).values() for row in grid[2:]]
    high = [float(row[-3]) for row in scores if isinstance(row[-3], int | float)]
    return low + 60 < sum(high) / len(high)


def the_key_of_item_14_is_b(tree: Path) -> bool:
    key = {
        row["题号"]: row["参考答案"] for row in rows_of(_items(tree, "数学双向细目表"), "题号", "参考答案")
    }
    chosen = Counter(row["第14题"] for row in rows_of(_items(tree, "数学小题分"), "第14题"))
    return key["14"] == "B" and chosen.most_common(1)[0][0] == "C"


def _items(tree: Path, name: str) -> Path:
    return tree / MOCK / "小题" / f"{name}.xlsx"


def names_of_one_class_are_shifted(tree: Path) -> bool:
    rows = rows_of(tree / MOCK / "马岭乡初级中学九年级一模成绩.xlsx", "姓名", "学籍号")
    known = {row["学籍号"]: row["姓名"] for row in roster(tree, "马岭乡初级中学")}
    wrong = [row for row in rows if row["姓名"] != known.get(row["学籍号"], row["姓名"])]
    return len(wrong) > 5


def guests_are_on_the_rosters(tree: Path) -> bool:
    files = (tree / "名册").glob("*学生名册.xlsx")
    guests = sum(row.get("在籍情况") == "借读" for path in files for row in rows_of(path, "姓名", "班级"))
    return guests == round(38 * 24_000 / 55_400)


def a_teaching_point_is_empty(tree: Path) -> bool:
    (point,) = (row for row in schools(tree) if row["学校名称"] == "断崖教学点")
    return point["在校生数"] == "0" and point["核定学位数"] != "0"


def one_teacher_has_three_subjects(tree: Path) -> bool:
    rows = rows_of(tree / "名册" / "任课表.xlsx", "任课教师")
    of_school = (row for row in rows if row["学校"] == "马岭乡初级中学")
    subjects: dict[str, set[str]] = {}
    for row in of_school:
        subjects.setdefault(row["任课教师"], set()).add(row["学科"])
    return max(map(len, subjects.values())) == 3


def town_places_are_short_while_villages_stand_empty(tree: Path) -> bool:
    def spare(*kinds: str) -> int:
        return sum(
            int(row["核定学位数"]) - int(row["在校生数"]) for row in schools(tree) if row["学校类型"] in kinds
        )

    return spare("县城小学", "县城初中") < 0 < spare("村小", "教学点")


def a_wave_of_teachers_retires(tree: Path) -> bool:
    born = [int(row["出生年份"]) for row in rows_of(tree / "名册" / "教师名册.xlsx", "出生年份")]
    return sum(2026 - year >= 55 for year in born) / len(born) > 0.14


def two_schools_are_called_wangzhuang(tree: Path) -> bool:
    two = [row for row in schools(tree) if row["学校名称"] == "王庄小学"]
    return len(two) == 2 and two[0]["乡镇"] != two[1]["乡镇"]


def three_final_versions_came(tree: Path) -> bool:
    names = sorted(path.stem.split("成绩")[1] for path in (tree / MOCK).glob("安禾县城东中学*"))
    return names == ["最终版", "最终版(改)", "最终版(终)"]


def last_year_lies_in_an_old_workbook(tree: Path) -> bool:
    (path,) = (tree / "2026届九年级一模").glob("*.xls")
    return len(sheets_of(path)) > 5


ANOMALIES: list[Callable[[Path], bool]] = [
    a_class_of_71,
    liulin_misses_one_in_nine,
    shiqiao_is_below_the_private_school,
    the_key_of_item_14_is_b,
    names_of_one_class_are_shifted,
    guests_are_on_the_rosters,
    a_teaching_point_is_empty,
    one_teacher_has_three_subjects,
    town_places_are_short_while_villages_stand_empty,
    a_wave_of_teachers_retires,
    two_schools_are_called_wangzhuang,
    three_final_versions_came,
    last_year_lies_in_an_old_workbook,
]


@pytest.mark.parametrize("anomaly", ANOMALIES, ids=lambda check: check.__name__)
def test_the_raw_sheets_hold(tree: Path, anomaly: Callable[[Path], bool]) -> None:
    assert anomaly(tree)
