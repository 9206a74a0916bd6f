"""What is wrong or remarkable in the raw sheets is found by the product once they have gone through the intake."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import numpy as np
import polars as pl
import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.db.models import Count

from zhiheng.base.clock import fixed
from zhiheng.base.intake.models import Batch
from zhiheng.base.intake.selectors import problems_of
from zhiheng.base.scopes import SYSTEM
from zhiheng.demo.build import MORNING, county_build, sheets_folder
from zhiheng.demo.truth import read_truth
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.evidence.datasets.selectors import newest_of, tables
from zhiheng.evidence.exams.models import Exam
from zhiheng.measures.analyses.selectors import latest_analysis, open_tables
from zhiheng.measures.growth.selectors import growth_tables, latest_growth
from zhiheng.registry.pupils.models import Enrolment
from zhiheng.registry.schools.models import School
from zhiheng.registry.schools.page_data import large_classes
from zhiheng.registry.teachers.models import Teacher

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


class Silent:
    """Progress that nobody watches."""

    def steps(self, names: list[str]) -> None:
        pass

    def step(self, name: str) -> Any:
        return nullcontext()

    def advance(self, done: int, total: int) -> None:
        pass


@pytest.fixture(scope="module")
def module_home(tmp_path_factory):
    """The data home all tests of this module share."""
    return tmp_path_factory.mktemp("anhe_home")


@pytest.fixture(autouse=True)
def home(settings, module_home):
    settings.HOME = module_home
    return module_home


@pytest.fixture(scope="module")
def truth(django_db_setup, django_db_blocker, module_home) -> Iterator[dict[str, Any]]:
    """The county of 6,000 pupils, built as `zhiheng demo` builds it; what is true of it."""
    with django_db_blocker.unblock():
        before, project.HOME = project.HOME, module_home
        try:
            county_build(pupils=6_000, seed=2026, progress=Silent())
            yield read_truth(sheets_folder())[0]
        finally:
            call_command("flush", interactive=False, verbosity=0)
            project.HOME = before


def mock() -> Exam:
    return Exam.objects.get(name="2027届九年级第一次模拟考试")


def groups(level: str, subject: str = "total") -> pl.DataFrame:
    found = open_tables(latest_analysis(mock()))["groups"]
    return found.filter(pl.col("level") == level, pl.col("subject") == subject)


def of_schools(subject: str = "total") -> dict[str, dict[str, Any]]:
    """School name → its row of the mock's group table."""
    names = dict(
        tables(newest_of(mock()))["schools"]
        .select(pl.col("school").cast(pl.String), "name")
        .collect()
        .iter_rows()
    )
    return {names[row["unit"]]: row for row in groups("school", subject).iter_rows(named=True)}


def problems(title: str) -> list[Any]:
    return problems_of(Batch.objects.get(title=title, state="published"))


def the_class_of_71(truth: dict[str, Any]) -> bool:
    with fixed(MORNING):
        klass, size = large_classes(SYSTEM)[0]
    planted = truth["anomalies"]["large_class"]
    return (klass.school.name, klass.number, size) == (planted["name"], planted["number"], 71)


def liulin_stayed_away(truth: dict[str, Any]) -> bool:
    rates = {name: row["participation"] for name, row in of_schools("chinese").items()}
    return min(rates, key=rates.__getitem__) == "柳林镇初级中学" and rates["柳林镇初级中学"] < 0.9


def shiqiao_is_low_and_the_private_school_high(truth: dict[str, Any]) -> bool:
    means = {name: row["mean"] for name, row in of_schools().items() if row["mean"] is not None}
    county = groups("county")["mean"][0]
    return means["石桥镇初级中学"] < county < means["安禾县启明中学"] == max(means.values())


def value_added() -> dict[str, dict[str, Any]]:
    """School name → what the product says it added to the mock's total since June."""
    run = latest_growth(mock())
    names = tables(run.dataset)["schools"].select(pl.col("school").cast(pl.String), "name").collect()
    by_unit = dict(names.iter_rows())
    found = growth_tables(run, SYSTEM)["value_added"].filter(level="school", subject="total")
    return {by_unit[row["unit"]]: row for row in found.iter_rows(named=True) if row["effect"] is not None}


def growth_tells_them_apart(truth: dict[str, Any]) -> bool:
    """石桥 stands above the county; the private school, high as its mean is, is not above 石桥."""
    found = value_added()
    high, private = found["石桥镇初级中学"], found["安禾县启明中学"]
    return high["verdict"] == "显著高" and private["hi"] < high["effect"]


def growth_follows_the_truth(truth: dict[str, Any]) -> bool:
    """What the product says schools added goes with what their pupils gained, teachers and classes included.

    The pupils who stayed away count in the truth and not in the marks, so the few schools agree only roughly.
    """
    found = value_added()
    slope = truth["coefficients"]["prior_slope"]
    made = {
        row["name"]: row["ability_now"] - slope * row["ability_before"]
        for row in truth["schools"]
        if row["name"] in found
    }
    return float(np.corrcoef([found[name]["effect"] for name in made], list(made.values()))[0, 1]) > 0.75


def the_wrong_key(truth: dict[str, Any]) -> bool:
    suspects = open_tables(latest_analysis(mock()))["item_stats"].filter(
        pl.col("suspect_key"), pl.col("level") == "county"
    )
    items = tables(newest_of(mock()))["items"].select("subject", "item", "label").collect()
    found = suspects.join(items, on=["subject", "item"]).select("subject", "label").rows()
    return found == [("math", item["label"]) for item in truth["anomalies"]["wrong_keys"]]


def the_shifted_names(truth: dict[str, Any]) -> bool:
    (shift,) = (m for m in truth["mistakes"] if m["kind"] == "names_shifted")
    found = [p for p in problems("2027届九年级一模") if p.code == "match.names_shifted"]
    return [p.place.file for p in found] == [shift["file"].split("/")[1]]


def the_guests(truth: dict[str, Any]) -> bool:
    return Enrolment.objects.filter(kind="guest", ends_on=None).count() == truth["anomalies"]["guests"]


def the_empty_point(truth: dict[str, Any]) -> bool:
    empty = School.objects.get(name="断崖教学点")
    return not Enrolment.objects.filter(klass__school=empty).exists()


def the_teacher_of_three_subjects(truth: dict[str, Any]) -> bool:
    many = Teacher.objects.filter(school__name="马岭乡初级中学").annotate(
        n=Count("teaching__subject", distinct=True)
    )
    return sorted(t.name for t in many if t.n >= 3) == [
        t["name"] for t in truth["anomalies"]["three_subjects"]
    ]


def two_schools_of_one_name(truth: dict[str, Any]) -> bool:
    two = School.objects.filter(name="王庄小学", merged_into=None)
    counts = [Enrolment.objects.filter(klass__school=school).count() for school in two]
    return len(counts) == 2 and min(counts) > 0


def the_marks_that_were_no_marks(truth: dict[str, Any]) -> bool:
    listed = {(p.code, p.place.file, p.place.address) for p in problems("2027届九年级一模")}
    planted = [
        m
        for m in truth["mistakes"]
        if m["code"].startswith("score.") and m["file"].startswith("2027届九年级")
    ]
    return len(planted) > 3 and {(m["code"], m["file"].split("/")[1], m["cell"]) for m in planted} <= listed


def the_corrected_version(truth: dict[str, Any]) -> bool:
    second = Dataset.objects.get(exam__name="石桥镇初级中学七年级期末考试", version=2)
    return sum(second.difference["changed"].values()) >= 1 or bool(second.difference["cells"])


def last_year_to_compare_with(truth: dict[str, Any]) -> bool:
    before = Exam.objects.get(name="2026届九年级第一次模拟考试")
    gone = Enrolment.objects.filter(klass__entry_year=2023, klass__stage="junior")
    return (before.state, before.basis_pending) == ("analysed", "") and not gone.filter(ends_on=None).exists()


FOUND: list[Callable[[dict[str, Any]], bool]] = [
    the_class_of_71,
    liulin_stayed_away,
    shiqiao_is_low_and_the_private_school_high,
    growth_tells_them_apart,
    growth_follows_the_truth,
    the_wrong_key,
    the_shifted_names,
    the_guests,
    the_empty_point,
    the_teacher_of_three_subjects,
    two_schools_of_one_name,
    the_marks_that_were_no_marks,
    the_corrected_version,
    last_year_to_compare_with,
]


@pytest.mark.parametrize("anomaly", FOUND, ids=lambda check: check.__name__)
def test_the_product_finds(truth: dict[str, Any], anomaly: Callable[[dict[str, Any]], bool]) -> None:
    assert anomaly(truth)
