"""The year's tests are lawful, complete, and marked as their papers and keys say; planted effects can be found."""

import numpy as np
import polars as pl
import pytest

from zhiheng.demo.abilities import draw_abilities
from zhiheng.demo.county import County, build_county
from zhiheng.demo.exams import OPTIONS, Sitting, hold_exams, option_code, points

Held = tuple[County, dict[str, Sitting]]


@pytest.fixture(scope="module")
def held() -> Held:
    county = build_county(2026)
    return county, hold_exams(county)


def test_the_right_pupils_are_called(held: Held) -> None:
    _, sittings = held
    sizes = {key: sitting.pupils.height for key, sitting in sittings.items()}
    assert sizes["graduation_2026"] == 5_600
    assert sizes["mock_2027"] == 5_550
    assert sizes["mock_senior_2027"] == 3_300
    june = set(sittings["graduation_2026"].pupils["student_no"])
    now = set(sittings["mock_2027"].pupils["student_no"])
    assert (
        len(now - june) == sittings["mock_2027"].pupils.filter(pl.col("enrolment") == "transferred_in").height
    )
    assert len(june & now) > 5_450


def test_only_graduating_grades_and_lawful_kinds_cross_schools(held: Held) -> None:
    county, sittings = held
    for sitting in sittings.values():
        schools = sitting.pupils["school"].n_unique()
        kind, grade = sitting.plan["kind"], sitting.plan["grade"]
        assert schools == 1 or kind in ("academic_level", "monitoring") or grade in (9, 12)
        if kind == "monitoring":
            of_grade = county.classes.filter(pl.col("grade") == grade)
            assert 0 < sitting.pupils["class"].n_unique() < 0.4 * of_grade.height


def test_marks_fit_their_papers_and_statuses(held: Held) -> None:
    for sitting in held[1].values():
        for paper in sitting.plan["papers"]:
            mark, state = sitting.marks[paper["subject"]], sitting.status[paper["subject"]]
            assert (mark.is_not_null() == (state == "normal")).all()
            assert 0 <= mark.min() <= mark.max() <= paper["full_mark"]


def test_item_marks_add_up_and_follow_the_published_key(held: Held) -> None:
    sitting = held[1]["mock_2027"]
    for subject, answers in sitting.responses.items():
        full = next(p["full_mark"] for p in sitting.plan["papers"] if p["subject"] == subject)
        assert answers.items["full_mark"].sum() == full
        sat = (sitting.status[subject] == "normal").to_numpy()
        assert (answers.marks.sum(axis=1)[sat] == sitting.marks[subject].to_numpy()[sat]).all()
        for k, item in enumerate(answers.items.iter_rows(named=True)):
            if item["kind"] != "open":
                marked = points(answers.options[:, k], item["key"], item["full_mark"])
                assert (marked == answers.marks[:, k]).all()


def test_the_wrong_key_of_item_14_shows(held: Held) -> None:
    answers = held[1]["mock_2027"].responses["math"]
    k = answers.items["label"].to_list().index("14")
    assert (answers.items["key"][k], answers.items["right"][k]) == ("B", "C")
    rest = answers.marks.sum(axis=1) - answers.marks[:, k]
    assert np.corrcoef(answers.marks[:, k], rest)[0, 1] < 0
    assert np.corrcoef(answers.options[:, k] == option_code("C"), rest)[0, 1] > 0.2


def test_partial_marks_for_several_right_options() -> None:
    chosen = np.array([option_code(letters) for letters in ("AC", "A", "AB", "")], dtype=np.uint8)
    assert points(chosen, "AC", 3).tolist() == [3, 1, 0, 0]
    assert OPTIONS[option_code("BD")] == "BD"


def test_liulin_misses_its_weakest(held: Held) -> None:
    county, sittings = held
    sitting = sittings["mock_2027"]
    school = county.schools.filter(pl.col("plan_name") == "柳林镇初级中学")["school"][0]
    here = (sitting.pupils["school"] == school).to_numpy()
    absent = (sitting.status["chinese"] == "absent").to_numpy()
    assert absent[here].mean() == pytest.approx(0.11, abs=0.005)
    ability = sitting.ability["math"].to_numpy()
    assert ability[here & absent].mean() < ability[here & ~absent].mean() - 1.0


def growth_by_school(county: County, sittings: dict[str, Sitting]) -> pl.DataFrame:
    """Mean residual of the mock total on June's two marks, by school, in standard deviations of the total."""
    june, now = sittings["graduation_2026"], sittings["mock_2027"]
    before = june.pupils.select("student_no").with_columns(june.marks).drop_nulls()
    complete = now.marks.select(pl.all_horizontal(pl.all().is_not_null())).to_series()
    after = now.pupils.select("student_no", "school").with_columns(now.marks.sum_horizontal().alias("total"))
    both = after.filter(complete).join(before, on="student_no")
    design = np.column_stack([np.ones(both.height), both["biology"].to_numpy(), both["geography"].to_numpy()])
    total = both["total"].to_numpy()
    left = total - design @ np.linalg.lstsq(design, total, rcond=None)[0]
    found = (
        both.with_columns(pl.Series("left", left / total.std()))
        .group_by("school")
        .agg(pl.col("left").mean(), pl.col("total").mean(), pl.len())
    )
    truth = draw_abilities(county).schools.join(county.schools.select("school", "plan_name"), on="school")
    return found.join(truth, on="school").sort("school")


def places(county: County, sitting: Sitting) -> dict[str, float]:
    """School → mean total of those with every mark, in standard deviations from the county's mean."""
    total = sitting.pupils.select("school").with_columns(sitting.marks.sum_horizontal().alias("total"))
    total = total.filter(sitting.marks.select(pl.all_horizontal(pl.all().is_not_null())).to_series())
    z = (pl.col("total") - pl.col("total").mean()) / pl.col("total").std()
    named = total.with_columns(z.alias("z")).join(county.schools.select("school", "name"), on="school")
    return dict(named.group_by("name").agg(pl.col("z").mean()).iter_rows())


def test_last_years_mock_shows_who_rose_and_who_fell(held: Held) -> None:
    county, sittings = held
    before, now = (places(county, sittings[key]) for key in ("mock_2026", "mock_2027"))
    change = {name: now[name] - before[name] for name in now}
    assert max(change, key=change.__getitem__) == "石桥镇初级中学"
    assert min(change, key=change.__getitem__) == "沙河镇初级中学"


def test_last_years_grade_9_is_another_cohort(held: Held) -> None:
    county, sittings = held
    before = sittings["mock_2026"]
    assert before.pupils.height == pytest.approx(5_550, abs=60)
    everyone = pl.concat([county.pupils, county.leavers])["student_no"]
    assert not set(before.pupils["student_no"]) & set(everyone)
    assert set(before.pupils["entry_year"]) == {2023}
    assert before.pupils["student_no"].is_unique().all()


def test_growth_can_be_told_from_level(held: Held) -> None:
    table = growth_by_school(*held)
    by_name = {row["plan_name"]: row for row in table.iter_rows(named=True)}
    shiqiao, qiming = by_name["石桥镇初级中学"], by_name["安禾县启明中学"]
    assert shiqiao["total"] < table["total"].median()
    assert shiqiao["left"] == table["left"].max()
    assert qiming["total"] == table["total"].max()
    assert qiming["left"] < 0.5 * shiqiao["left"]
    assert np.corrcoef(table["left"], table["growth"])[0, 1] > 0.75


def test_city_pupils_and_girls_differ_as_planned(held: Held) -> None:
    county, sittings = held
    sitting = sittings["mock_2027"]
    frame = sitting.pupils.join(
        county.schools.select("school", "area"), on="school", how="left", maintain_order="left"
    )
    frame = frame.with_columns(sitting.marks)
    by_area = dict(frame.group_by("area").agg(pl.col("math").mean()).iter_rows())
    assert by_area["city"] > by_area["town"] > by_area["village"]
    girls = frame.group_by("gender").agg(pl.col("chinese", "physics").mean()).sort("gender")
    assert girls["chinese"][0] > girls["chinese"][1]


def test_scaled_scores_follow_the_bands(held: Held) -> None:
    sitting = held[1]["mock_senior_2027"]
    for subject in sitting.scaled.columns:
        frame = (
            pl.DataFrame({"raw": sitting.marks[subject], "scaled": sitting.scaled[subject]})
            .drop_nulls()
            .sort("raw")
        )
        assert frame["scaled"].is_sorted()
        assert frame.group_by("raw").agg(pl.col("scaled").n_unique())["scaled"].max() == 1
        assert (frame["scaled"].min(), frame["scaled"].max()) == (30, 100)
        assert (frame["scaled"] >= 86).mean() == pytest.approx(0.15, abs=0.02)


def test_tracks_take_six_subjects(held: Held) -> None:
    status = held[1]["mock_senior_2027"].status
    taken = status.select(pl.sum_horizontal(pl.all() != "not_taken"))
    assert set(taken.to_series()) == {6}
    assert ((status["physics"] == "not_taken") != (status["history"] == "not_taken")).all()
