"""The folder of raw files as the county's schools send them: one call writes the whole tree and its truth.

Arranges what other modules made. Reads nothing back.
"""

from pathlib import Path
from typing import Any

from zhiheng.demo import rosters
from zhiheng.demo.abilities import draw_abilities
from zhiheng.demo.county import County
from zhiheng.demo.exams import Sitting, hold_exams
from zhiheng.demo.folders import WRITERS, placed, write_description, write_pages
from zhiheng.demo.mistakes import Mistake
from zhiheng.demo.truth import write_truth


def write_sheets(county: County, folder: Path) -> dict[str, Any]:
    """Write every raw file of the county below `folder` and return the truth about them.

    名册/ holds the registers, 2025年名册/ those of last year's grade 9; each test has a folder of its own with 考试.yaml. The truth is also written
    into `folder`: truth.json and truth_marks.parquet (see `truth`).
    """
    known = draw_abilities(county)
    sittings = hold_exams(county, known)
    mistakes = _write_registers(county, sittings["mock_2027"], folder / "名册")
    _write_last_year(county, sittings["mock_2026"], folder / "2025年名册")
    for key, sitting in sittings.items():
        target = folder / sitting.plan["folder"]
        target.mkdir(parents=True, exist_ok=True)
        write_description(sitting, target)
        mistakes += WRITERS[key](county, sitting, target)
    return write_truth(folder, county, known, sittings, mistakes)


def _write_registers(county: County, mock: Sitting, target: Path) -> list[Mistake]:
    target.mkdir(parents=True, exist_ok=True)
    write_pages(target / "学校名录.xlsx", rosters.school_list(county))
    write_pages(target / "教师名册.xlsx", [rosters.teacher_page(county)])
    write_pages(target / "任课表.xlsx", [rosters.teaching_page(county)])
    write_pages(target / "九年级一模考号表.xlsx", [rosters.ticket_page(county, mock)])
    names = county.schools["name"].to_list()
    found = []
    for unit, (pages, mistakes) in rosters.roster_pages(county, county.rng(30)).items():
        file = f"{names[unit]}学生名册.xlsx"
        write_pages(target / file, pages)
        found += placed(mistakes, pages, f"{target.name}/{file}")
    return found


def _write_last_year(county: County, mock: Sitting, target: Path) -> None:
    """The schools, and the pupils of last year's grade 9 as the county's own list."""
    target.mkdir(parents=True, exist_ok=True)
    write_pages(target / "学校名录.xlsx", rosters.school_list(county))
    write_pages(target / "九年级学生名册.xlsx", [rosters.cohort_page(county, mock.pupils)])
