"""A confirmed batch becomes a dataset; what sheets disagree on is told; versions can be compared."""

import polars as pl
import pytest

from evidence.published_batches import HEADER, confirmed_batch, mock_exam, school_rows, workbook
from zhiheng.base.audit.models import AuditEntry
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.evidence.datasets.selectors import (
    cell_of,
    cells_behind,
    class_units,
    newest_datasets,
    pupil_ids,
    pupil_numbers,
    school_units,
    tables,
    verify,
)
from zhiheng.evidence.datasets.services import NotReady, dataset_publish
from zhiheng.evidence.datasets.storing import dataset_folder
from zhiheng.frames.schema import TABLES

pytestmark = pytest.mark.django_db


def published(files, **exam_changes):
    exam = mock_exam(**exam_changes)
    return dataset_publish(batch=confirmed_batch(files, exam=exam), exam=exam)


def frame(dataset, name):
    return tables(dataset)[name].collect()


def codes(dataset):
    return dict(dataset.manifest["problems"])


TWO_SCHOOLS = {
    "柳林.xlsx": workbook(school_rows("柳林镇初级中学", 0, 12)),
    "石桥.xlsx": workbook(school_rows("石桥镇初级中学", 100, 8)),
}


def test_tables_have_the_settled_columns_and_the_marks_of_the_sheets():
    dataset = published(TWO_SCHOOLS)
    for name, schema in TABLES.items():
        assert dict(frame(dataset, name).schema) == dict(schema.to_polars()), name
    marks = frame(dataset, "marks")
    assert marks.height == 40
    wanted = sum(60 + i % 60 for i in range(12)) + sum(60 + i % 60 for i in range(8))
    assert marks.filter(pl.col("subject") == "chinese")["raw_mark"].sum() == wanted * 100
    assert set(marks["status"]) == {"normal"}
    assert frame(dataset, "classes")["label"].to_list() == ["九(1)班", "九(2)班"] * 2
    assert (dataset.version, dataset.state) == (1, "published")
    assert verify(dataset)
    assert newest_datasets().get() == dataset
    assert AuditEntry.objects.filter(action="dataset.publish", object_id=str(dataset.id)).exists()


def test_rows_in_are_rows_accepted_and_rows_listed():
    rows = school_rows("柳林镇初级中学", 0, 6)
    rows[2][1] = "八(1)班"
    rows[3][2] = rows[3][3] = ""
    dataset = published({"柳林.xlsx": workbook(rows)})
    counts = dataset.manifest["counts"]
    assert (counts["rows_in"], counts["rows_accepted"], counts["rows_listed"], counts["pupils"]) == (
        6,
        4,
        2,
        4,
    )


def test_every_mark_knows_its_cell():
    dataset = published(TWO_SCHOOLS)
    marks = cells_behind(dataset, subject="math", school=0)
    assert set(marks["file"]) == {"柳林.xlsx"}
    for row in marks.iter_rows(named=True):
        assert row["raw_mark"] == (40 + (row["row"] - 2) % 70) * 100
    cell = cell_of(dataset, marks["pupil"][0], "math")
    assert (cell.address[0], cell.file, cell.sheet) == ("F", "柳林.xlsx", 0)


def test_numbers_of_pupils_lead_to_the_registry_and_back():
    dataset = published(TWO_SCHOOLS)
    ids = pupil_ids(dataset, [0, 3])
    assert pupil_numbers(dataset, ids.values()) == {pupil: number for number, pupil in ids.items()}
    assert [name for _, name in school_units(dataset).values()] == ["柳林镇初级中学", "石桥镇初级中学"]
    schools = {school for school, _ in school_units(dataset).values()}
    assert {school for _, school in class_units(dataset).values()} == schools


def test_no_table_holds_a_name_or_a_ticket():
    dataset = published({"一.xlsx": workbook([["柳林镇初级中学", "九(1)班", "27090001", "金丝雀", 70, 80]])})
    for path in dataset_folder(dataset.id).iterdir():
        content = path.read_bytes()
        assert "金丝雀".encode() not in content
        assert b"27090001" not in content


def test_the_later_upload_wins_and_the_other_is_told():
    first = school_rows("柳林镇初级中学", 0, 3)
    second = [list(row) for row in first]
    second[1][5] = 99
    dataset = published({"一.xlsx": workbook(first), "二.xlsx": workbook(second)})
    marks = frame(dataset, "marks").filter(pl.col("subject") == "math")
    assert sorted(marks["raw_mark"]) == [4000, 4200, 9900]
    assert codes(dataset)["dataset.marks_clash"] == 1
    assert frame(dataset, "pupils").height == 3


def test_a_mark_over_the_full_mark_is_listed_and_is_no_absence():
    rows = school_rows("柳林镇初级中学", 0, 3)
    rows[0][5] = 121
    dataset = published({"一.xlsx": workbook(rows)})
    marks = frame(dataset, "marks").filter(pl.col("subject") == "math")
    assert sorted(marks["status"]) == ["normal", "normal", "not_scanned"]
    assert codes(dataset)["dataset.mark_over_full"] == 1


def test_absent_and_zero_are_two_things():
    rows = school_rows("柳林镇初级中学", 0, 3)
    rows[0][5], rows[1][5] = 0, "缺考"
    marks = frame(published({"一.xlsx": workbook(rows)}), "marks").filter(pl.col("subject") == "math")
    assert dict(marks.group_by("status").len().iter_rows()) == {"normal": 2, "absent": 1}
    assert marks["raw_mark"].min() == 0


def test_a_subject_sheet_without_a_pupil_counts_the_pupil_absent():
    rows = school_rows("柳林镇初级中学", 0, 4)
    chinese = workbook([row[:5] for row in rows], header=HEADER[:5])
    maths = workbook([[*row[:4], row[5]] for row in rows[:3]], header=[*HEADER[:4], "数学"])
    dataset = published({"语文.xlsx": chinese, "数学.xlsx": maths})
    marks = frame(dataset, "marks").filter(pl.col("subject") == "math")
    assert dict(marks.group_by("status").len().iter_rows()) == {"normal": 3, "absent": 1}
    assert codes(dataset)["dataset.subject_row_missing"] == 1


def test_item_sums_become_the_mark_and_are_compared_with_a_given_one():
    header = ["学校", "班级", "考号", "姓名", "第1题(3)", "第2题(7)", "数学"]
    rows = [
        ["柳林镇初级中学", "九(1)班", "27090001", "甲一", 3, 5, 8],
        ["柳林镇初级中学", "九(1)班", "27090002", "乙二", 1, 5, 7],
        ["柳林镇初级中学", "九(1)班", "27090003", "丙三", 2, 7, ""],
    ]
    dataset = published(
        {"数学小题.xlsx": workbook(rows, header=header, sheet="数学")},
        papers=[{"subject": "数学", "full_mark": 10}],
    )
    marks = frame(dataset, "marks")
    assert sorted(marks["raw_mark"]) == [700, 800, 900]
    assert frame(dataset, "item_marks").height == 6
    assert frame(dataset, "items")["full_mark"].to_list() == [300, 700]


def test_a_new_version_tells_what_changed():
    exam = mock_exam()
    dataset_publish(batch=confirmed_batch(TWO_SCHOOLS, exam=exam), exam=exam)
    rows = school_rows("柳林镇初级中学", 0, 12)
    rows[0][5] = 77
    second = dataset_publish(batch=confirmed_batch({"柳林.xlsx": workbook(rows)}, exam=exam), exam=exam)
    told = second.difference
    assert (second.version, told["version"]) == (2, 1)
    assert told["schools_removed"] == ["石桥镇初级中学"]
    assert (told["pupils_added"], told["pupils_removed"], told["changed"]) == (0, 8, {"math": 1})
    assert told["cells"] == [
        {"file": "柳林.xlsx", "sheet": 0, "cell": "F2", "subject": "math", "old": 40.0, "new": 77.0}
    ]
    assert told["sentences"][-1] == "原有学生的成绩改动1个：数学1个。"
    assert Dataset.objects.get(version=1).state == "published"


def test_the_same_batch_again_makes_no_new_pupils_and_says_nothing_changed():
    exam = mock_exam()
    batch = confirmed_batch(TWO_SCHOOLS, exam=exam)
    first = dataset_publish(batch=batch, exam=exam)
    second = dataset_publish(batch=batch, exam=exam)
    assert set(frame(first, "pupils")["uuid"]) == set(frame(second, "pupils")["uuid"])
    assert second.difference["sentences"] == ["与上一版相同。"]
    assert batch.problems.filter(code="match.school_new").count() == 0


def test_an_unconfirmed_batch_is_not_published():
    exam = mock_exam()
    batch = confirmed_batch(TWO_SCHOOLS, exam=exam)
    batch.state = "mapping"
    with pytest.raises(NotReady, match="还没有确认"):
        dataset_publish(batch=batch, exam=exam)


def test_a_full_mark_nobody_wrote_is_proposed_and_told():
    dataset = published(TWO_SCHOOLS, papers=[])
    assert frame(dataset, "papers").select("subject", "full_mark").rows() == [
        ("chinese", 8000),
        ("math", 6000),
    ]
    assert codes(dataset)["dataset.full_mark_proposed"] == 2


def test_a_schools_own_exam_counts_its_own_pupils_only():
    rows = [*school_rows("柳林镇初级中学", 0, 4), *school_rows("石桥镇初级中学", 100, 3)]
    dataset = published(
        {"两校.xlsx": workbook(rows)}, name="期末", kind="school_final", school="柳林镇初级中学"
    )
    counts = dataset.manifest["counts"]
    assert (counts["rows_in"], counts["rows_accepted"], counts["rows_listed"]) == (7, 4, 3)
    assert [name for _, name in school_units(dataset).values()] == ["柳林镇初级中学"]
    assert codes(dataset)["match.school_other"] == 1
