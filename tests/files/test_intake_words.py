"""Classes, grades, subjects and headers as people write them; and reading on several processes."""

import pytest
from intake_sheets import SUBJECTS, pupils, read, write_xlsx

from zhiheng.files.classes import class_in, class_of, grade_of, stage_of
from zhiheng.files.context import context_of, school_in
from zhiheng.files.text import clean_id, folded
from zhiheng.files.words import subject_in, word
from zhiheng.standards.subjects import subject_aliases, subjects


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1班", (None, "1")), ("七(1)班", ("七年级", "1")), ("七（1）班", ("七年级", "1")), ("701", ("七年级", "1")),
     ("初一1班", ("七年级", "1")), ("(1)", (None, "1")), ("一班", (None, "1")), ("十二班", (None, "12")), ("1.0", (None, "1")),
     ("七年级（12）班", ("七年级", "12")), ("7.1", ("七年级", "1")), ("高一(3)班", ("高一", "3")), ("1003", ("高一", "3")),
     ("2026级3班", ("2026级", "3")), ("202603", ("2026级", "3")), ("三年2班", ("三年级", "2")), ("初三", ("九年级", None)),
     ("实验班", (None, "实验班")), ("", (None, None)), ("第3班", (None, "3")),
     ("1班(实验)", (None, "1")), ("九年级火箭班", ("九年级", "火箭班")), ("理科实验1班", (None, "理科实验1班")), ("07-03", ("七年级", "3")), ("九.3", ("九年级", "3"))],
)  # fmt: skip
def test_classes(text, expected):
    assert class_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("七年级", "七年级"), ("初一", "七年级"), ("7", "七年级"), ("7年级", "七年级"), ("G7", "七年级"), ("高中二年级", "高二"),
     ("2026级", "2026级"), ("2026", "2026级"), ("某县2099届九年级质量检测", "九年级"), ("2024年小学期末", None), ("", None)],
)  # fmt: skip
def test_grades(text, expected):
    assert grade_of(text) == expected


def test_stages():
    assert [stage_of(g) for g in ("六年级", "七年级", "高一", "2026级", None)] == [
        "primary",
        "junior",
        "senior",
        None,
        None,
    ]


def test_one_class_in_a_title():
    assert class_in("石桥中学八(2)班期中成绩") == ("八年级", "2")
    assert class_in("1班、2班成绩") == (None, None)
    assert class_in("八年级火箭班期中成绩") == (None, "火箭班")
    assert class_in("实验班和普通班") == class_in("实验中学成绩") == (None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("安禾县柳林镇初级中学2027届九年级一模成绩", "安禾县柳林镇初级中学"), ("王庄小学三年级期末", "王庄小学"), ("全县小学期末成绩", None),
     ("某校2099年期中 成绩汇总", None), ("初中成绩", None), ("2024-2025学年度第一学期期末", None), ("学校：石桥中学", "石桥中学")],
)  # fmt: skip
def test_schools_in_titles(text, expected):
    assert school_in(text) == expected


def test_sheet_name_counts_before_title_and_file():
    context = context_of("数学", ["石桥中学八年级语文成绩"], "王庄小学/英语.xlsx")
    assert (context["subject"], context["school"], context["grade"]) == ("math", "石桥中学", "八年级")


def test_one_subject_in_a_title():
    assert subject_in("八年级物理期末") == "physics"
    assert subject_in("语文数学成绩") is None


def test_every_alias_of_a_subject_is_read_as_it():
    assert len({alias for s in subjects().values() for alias in s.aliases}) == len(subject_aliases())
    for alias, code in subject_aliases().items():
        assert word(folded(alias)).subject == code, alias


@pytest.mark.parametrize(
    "text",
    [
        "身高",
        "体重",
        "奖学金",
        "获奖情况",
        "语文平均分",
        "综合素质",
        "2026级",
        "学校：石桥中学",
        "0.65",
        "及格率",
    ],
)
def test_what_is_no_subject(text):
    assert word(folded(text)).about is None


def test_identifiers():
    assert [clean_id(v) for v in (920240000.0, " 0012 ", "'0013", "G33 0110", 12)] == [
        "920240000",
        "0012",
        "0013",
        "G330110",
        "12",
    ]


def test_several_processes_read_the_same(tmp_path):
    for n in range(3):
        own = pupils(6, seed=n)
        rows = [
            ["考号", "姓名", *SUBJECTS],
            *([p.ticket, p.name, *p.marks.values()] for p in own),
            ["", "", 1, 2, 3, 4],
        ]
        write_xlsx(tmp_path / f"{n}.xlsx", {"s": rows})
    (tmp_path / "坏.xlsx").write_bytes(b"PK")
    alone, together = read(tmp_path, workers=1), read(tmp_path, workers=2)
    assert alone.records().equals(together.records())
    assert alone.problems == together.problems
    assert alone.as_json() == together.as_json()
    assert "共检查 4 个文件、3 张表、21 行" in alone.summary
