"""Exams are filed from a form, a file or the sheets; the guard is asked every time."""

import datetime as dt

import pytest

from evidence.published_batches import MOCK, confirmed_batch, mock_exam, school_rows, workbook
from zhiheng.base.guard.services import Refused
from zhiheng.evidence.exams.models import Exam
from zhiheng.evidence.exams.papers import (
    SubjectUnknown,
    full_mark_proposed,
    key_normal,
    keys_set,
    subject_code,
)
from zhiheng.evidence.exams.services import ExamFileWrong, exam_from_batch, exam_from_file, exam_guessed
from zhiheng.registry.schools.services import school_make

pytestmark = pytest.mark.django_db


def test_a_file_gives_exam_and_papers(tmp_path):
    path = tmp_path / "考试.yaml"
    path.write_text(
        "name: 2027届九年级一模\nkind: 毕业年级模拟考试\ngrade: 九年级\ndate: 2027-03-20\nmock_number: 1\n"
        "filing_number: 安教考备〔2027〕1号\npapers:\n- {subject: 语文, full_mark: 120}\n- {subject: SX, full_mark: 112.5, weight: 0.5, in_total: false}\n",
        encoding="utf-8",
    )
    exam = exam_from_file(path)
    assert (exam.kind, exam.grade, exam.entry_year, exam.starts_on) == (
        "graduation_mock",
        9,
        2024,
        dt.date(2027, 3, 20),
    )
    chinese, maths = exam.papers.all()
    assert (chinese.subject, float(chinese.full_mark)) == ("chinese", 120)
    assert (maths.subject, float(maths.full_mark), maths.weight, maths.in_total) == (
        "math",
        112.5,
        0.5,
        False,
    )


def test_the_same_file_again_is_the_same_exam():
    assert mock_exam() == mock_exam()
    assert Exam.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"grade": "大班"}, "grade"),
        ({"date": "三月"}, "日期"),
        ({"name": ""}, "name"),
        ({"kind": "摸底"}, "考试类型"),
        ({"colour": "red"}, "不认识的项"),
    ],
)
def test_a_wrong_file_is_told_in_chinese(changes, words):
    with pytest.raises(ExamFileWrong, match=words):
        exam_from_file(MOCK | changes)


def test_an_unknown_subject_is_told():
    with pytest.raises(SubjectUnknown, match="炼金术"):
        exam_from_file(MOCK | {"papers": [{"subject": "炼金术"}]})
    assert subject_code("道法") == "morality_law"


def test_a_test_across_schools_in_grade_seven_is_refused():
    with pytest.raises(Refused) as refused:
        mock_exam(grade=7)
    assert "毕业年级" in refused.value.for_user
    assert not Exam.objects.exists()


def test_a_mock_without_its_filing_number_is_asked_for_it():
    with pytest.raises(Refused) as refused:
        mock_exam(filing_number="")
    assert "备案号" in refused.value.for_user


def test_a_third_mock_of_the_year_is_refused():
    mock_exam()
    mock_exam(name="二模", date=dt.date(2027, 5, 8), mock_number=2)
    with pytest.raises(Refused):
        mock_exam(name="三模", date=dt.date(2027, 5, 28), mock_number=2)


def test_a_school_tests_itself_once_a_term():
    school_make(name="石桥镇初级中学")
    own = {"name": "七年级期末", "grade": 7, "date": dt.date(2027, 1, 15), "school": "石桥镇初级中学"}
    assert exam_from_file(own).kind == "school_final"
    assert exam_from_file(own | {"name": "七年级期中", "date": dt.date(2026, 11, 10)}).school is not None
    with pytest.raises(Refused):
        exam_from_file(own | {"name": "七年级期末重考", "date": dt.date(2027, 1, 18)})


def test_sheets_of_one_school_are_its_own_final():
    batch = confirmed_batch({"成绩.xlsx": workbook(school_rows("石桥镇初级中学", 0, 3))}, title="期末")
    exam = exam_from_batch(batch)
    assert (exam.kind, exam.grade, exam.school.name) == ("school_final", 9, "石桥镇初级中学")
    assert "请核对" in exam.note


def test_an_exam_of_several_schools_is_named_after_none_of_them():
    files = {
        f"{school}九年级一模.xlsx": workbook(school_rows(school, first, 3))
        for school, first in (("石桥镇初级中学", 0), ("柳林镇初级中学", 10))
    }
    assert exam_guessed(confirmed_batch(files, title="收到的表"))["name"] == "九年级一模"
    one = dict(list(files.items())[:1])
    assert "石桥镇初级中学" in exam_guessed(confirmed_batch(one))["name"]


def test_sheets_of_many_schools_without_a_filing_are_refused():
    rows = [*school_rows("石桥镇初级中学", 0, 3), *school_rows("柳林镇初级中学", 10, 3)]
    with pytest.raises(Refused):
        exam_from_batch(confirmed_batch({"成绩.xlsx": workbook(rows)}))


@pytest.mark.parametrize(
    ("highest", "lowest", "full"),
    [(118, 0, 120), (150, 3, 150), (9.5, 0, 10), (720, 300, None), (3, -2, None)],
)
def test_a_full_mark_is_proposed_from_the_highest_mark(highest, lowest, full):
    assert full_mark_proposed(highest, lowest) == full


def test_keys_are_letters_in_order():
    assert [key_normal(text) for text in ("c a", "AC", "ａ", None, "")] == ["AC", "AC", "A", "", ""]


def test_a_corrected_key_changes_one_item():
    exam = mock_exam()
    paper = exam.papers.get(subject="math")
    paper.items.create(order=0, label="14", kind="choice", key="A")
    assert (keys_set(paper, {"14": "B"}), keys_set(paper, {"14": "B"})) == (1, 0)
