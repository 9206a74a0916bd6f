"""The invented county has the shape practice.md section 8 gives it, and the same one for the same seed."""

import numpy as np
import polars as pl
import pytest

from zhiheng.demo.abilities import draw_abilities
from zhiheng.demo.county import County, build_county
from zhiheng.demo.exams import hold_exams
from zhiheng.demo.places import apportion

SITES = {
    "普通高中": 2,
    "民办高中": 1,
    "职业中专": 1,
    "特殊教育": 1,
    "县城初中": 4,
    "民办初中": 1,
    "乡镇初中": 14,
    "九年一贯": 5,
    "县城小学": 8,
    "中心小学": 15,
    "村小": 32,
    "教学点": 38,
}


@pytest.fixture(scope="module")
def county() -> County:
    return build_county(2026)


def sizes_of(county: County, school_type: str) -> list[int]:
    """Pupils of every site of a type, empty sites as 0."""
    here = county.pupils.group_by("school").len()
    sites = county.schools.filter(pl.col("school_type") == school_type)
    return sites.join(here, on="school", how="left")["len"].fill_null(0).to_list()


def test_122_sites_report_through_52_units(county: County) -> None:
    assert dict(county.schools["school_type"].value_counts().iter_rows()) == SITES
    assert county.schools.height == 122
    assert county.schools["unit"].n_unique() == 52
    hubs = county.schools.filter(pl.col("school_type").is_in(["村小", "教学点"]))["unit"]
    assert set(county.schools["school_type"].gather(hubs)) == {"中心小学"}


def test_sizes_are_those_of_practice(county: County) -> None:
    assert county.pupils.height == 55_400
    assert 3_850 <= county.teachers.height <= 3_950
    grades = dict(county.pupils["grade"].value_counts().iter_rows())
    assert (grades[1], grades[6], grades[8], grades[9]) == (4_000, 5_600, 5_600, 5_550)
    assert sum(grades[grade] for grade in (10, 11, 12)) == 9_900
    assert sorted(sizes_of(county, "普通高中") + sizes_of(county, "民办高中")) == pytest.approx(
        [1600, 3700, 4600], abs=5
    )
    assert all(180 <= size <= 710 for size in sizes_of(county, "乡镇初中"))
    assert all(1_190 <= size <= 2_930 for size in sizes_of(county, "县城小学"))
    assert np.mean(sizes_of(county, "村小")) == pytest.approx(85, abs=6)
    points = sorted(sizes_of(county, "教学点"))
    assert points[0] == 0
    assert 3 <= points[1] <= points[-1] <= 40


def test_towns_have_areas_and_kindergartens(county: County) -> None:
    assert county.schools["town"].n_unique() == 14
    assert set(county.schools["area"]) == {"city", "town", "village"}
    assert county.kindergartens["town"].n_unique() == 14
    assert county.kindergartens["children"].min() >= 40


def test_two_schools_are_called_wangzhuang(county: County) -> None:
    two = county.schools.filter(pl.col("name") == "王庄小学")
    assert two.height == 2
    assert two["town"].n_unique() == 2
    assert county.schools["code"].is_unique().all()


def test_a_class_of_71_and_38_guests(county: County) -> None:
    largest = county.classes.sort("size").tail(1).row(0, named=True)
    assert (county.schools["name"][largest["school"]], largest["size"]) == ("安禾县实验中学", 71)
    guests = county.pupils.filter(pl.col("enrolment") == "guest")
    assert guests.height == 38


def test_every_class_has_its_teachers_and_one_teacher_three_subjects(county: County) -> None:
    chinese = county.teaching.filter(pl.col("subject") == "chinese")
    assert chinese["class"].sort().to_list() == county.classes["class"].to_list()
    at_maling = county.teaching.join(
        county.schools.filter(pl.col("plan_name") == "马岭乡初级中学"), on="school"
    )
    subjects = at_maling.group_by("teacher").agg(pl.col("subject").n_unique())
    assert subjects["subject"].max() == 3
    assert county.teachers.select(pl.struct("school", "name").is_unique().all()).item()


def test_student_numbers_are_unique_and_belong_to_no_place(county: County) -> None:
    everyone = pl.concat([county.pupils, county.leavers])["student_no"]
    assert everyone.is_unique().all()
    assert everyone.str.contains(r"^G99\d{16}$").all()


def test_names_repeat_as_they_do_in_life(county: County) -> None:
    names = county.pupils["name"]
    assert 0.5 < names.n_unique() / names.len() < 0.98
    dotted = county.pupils.filter(pl.col("name").str.contains("·"))
    towns = county.schools["town"].gather(dotted["school"])
    assert 20 < dotted.height < 200
    assert set(towns) == {"青崖民族乡"}


def test_the_same_seed_gives_the_same_county_and_marks() -> None:
    one, again, other = (build_county(seed, 3_000) for seed in (5, 5, 6))
    for name in ("schools", "kindergartens", "classes", "pupils", "leavers", "teachers", "teaching"):
        assert getattr(one, name).equals(getattr(again, name)), name
    assert not one.pupils.equals(other.pupils)
    for key, sitting in hold_exams(one).items():
        assert sitting.marks.equals(hold_exams(again)[key].marks), key


@pytest.mark.parametrize("pupils", [3_000, 20_000, 55_400, 120_000])
def test_any_size_holds_as_many_pupils_as_asked(pupils: int) -> None:
    county = build_county(1, pupils)
    assert county.pupils.height == pytest.approx(pupils, abs=12)
    assert county.pupils["student_no"].is_unique().all()
    assert county.schools["code"].is_unique().all()
    assert county.classes["size"].sum() == county.pupils.height
    assert county.teaching["teacher"].max() < county.teachers.height


def test_a_small_county_keeps_its_stories() -> None:
    county = build_county(1, 3_000)
    names = set(county.schools["name"])
    assert {
        "安禾县实验中学",
        "安禾县启明中学",
        "石桥镇初级中学",
        "柳林镇初级中学",
        "王庄小学",
        "断崖教学点",
    } <= names
    assert county.classes["size"].max() == 71


def test_abilities_carry_the_planned_school_effects(county: County) -> None:
    known = draw_abilities(county).schools.join(county.schools.select("school", "name"), on="school")
    shiqiao = known.filter(pl.col("name") == "石桥镇初级中学").row(0, named=True)
    qiming = known.filter(pl.col("name") == "安禾县启明中学").row(0, named=True)
    assert (shiqiao["intake"], shiqiao["growth"]) == (-0.8, 0.4)
    assert (qiming["intake"], qiming["growth"]) == (0.75, 0.0)


def test_shares_are_exact_whole_numbers() -> None:
    assert apportion(10, np.array([1.0, 1.0, 1.0])).tolist() == [4, 3, 3]
    assert apportion(7, np.array([0.0, 3.0, 1.0])).sum() == 7
