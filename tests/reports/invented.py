"""A small invented analysis of 安禾县: result tables made by plain NumPy from simulated marks, with planted facts.

Planted: 函数 is lost most and worse in township schools; 柳林镇初中 misses 11 % of its pupils; the key of
mathematics item 14 is wrong; town schools lead village schools; girls and boys do not differ.
"""

import datetime as dt
from dataclasses import replace
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl

from zhiheng.frames.caliber import shipped_calibers
from zhiheng.frames.growth import GROWTH
from zhiheng.frames.results import RESULTS
from zhiheng.frames.schema import CLASSES, ITEMS, PAPERS, SCHOOLS, TEACHING
from zhiheng.frames.value_added import VALUE_ADDED
from zhiheng.reports.facts.description import Baseline, ExamDescription, Intake
from zhiheng.reports.facts.results import Results

SUBJECTS = {"chinese": 120, "math": 120, "english": 120, "physics": 80, "chemistry": 50}
MORE_SUBJECTS = {"morality_law": 60, "history": 60, "geography": 50, "biology": 50}
MEANS = {"chinese": 0.70, "math": 0.60, "english": 0.61, "physics": 0.66, "chemistry": 0.68}
SPREADS = {"chinese": 0.15, "math": 0.23, "english": 0.22, "physics": 0.20, "chemistry": 0.20}
KNOWLEDGE = {
    "math": {"数与式": 0.74, "方程与不等式": 0.62, "函数": 0.31, "图形的性质": 0.57, "统计与概率": 0.72},
    "physics": {"力学": 0.58, "电学": 0.57, "光学": 0.79, "热学": 0.74},
}
SCHOOL_NAMES = [
    ("实验中学", "县城初中", "city", "城关街道", 320),
    ("城关第一初级中学", "县城初中", "city", "城关街道", 300),
    ("城关第二初级中学", "县城初中", "city", "城关街道", 280),
    ("城关第三初级中学", "县城初中", "city", "城关街道", 240),
    ("启明中学", "民办", "city", "城关街道", 150),
    ("石桥镇初级中学", "乡镇初中", "town", "石桥镇", 190),
    ("柳林镇初级中学", "乡镇初中", "town", "柳林镇", 180),
    ("沙河镇初级中学", "乡镇初中", "town", "沙河镇", 160),
    ("马岭乡初级中学", "乡镇初中", "village", "马岭乡", 61),
    ("青崖民族乡初级中学", "乡镇初中", "village", "青崖民族乡", 72),
    ("王庄镇初级中学", "乡镇初中", "village", "王庄镇", 110),
    ("清溪九年一贯制学校", "九年一贯", "village", "清溪乡", 85),
    ("白塔九年一贯制学校", "九年一贯", "village", "白塔镇", 64),
]
FUNCTIONS_GAP = {"县城初中": 0.05, "民办": 0.05, "乡镇初中": -0.05, "九年一贯": -0.04}


def _frame(rows: list[dict[str, Any]], schema: nw.Schema) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema.to_polars(), orient="row")


def _limits(share: float, n: float) -> tuple[float, float]:
    centre, half = (share + 1.92 / n) / (1 + 3.84 / n), 1.96 / (1 + 3.84 / n)
    half *= np.sqrt(share * (1 - share) / n + 0.96 / n**2)
    return max(centre - half, 0.0), min(centre + half, 1.0)


def _group_row(
    level: str, unit: str, subject: str, marks: np.ndarray, expected: int, full: int
) -> dict[str, Any]:
    """Marks in points, one per pupil who sat."""
    n = len(marks)
    mean, sd = marks.mean(), marks.std()
    half = 1.96 * marks.std(ddof=1) / np.sqrt(n)
    row: dict[str, Any] = {"level": level, "unit": unit, "subject": subject, "expected": expected, "taken": n}
    row |= {"absent": expected - n, "deferred": 0, "cheat": 0, "excluded": 0, "participation": n / expected}
    hundredths = np.round(marks * 100).astype(np.int64)
    row |= {"full_mark": full * 100, "sum": int(hundredths.sum()), "sum_squares": int((hundredths**2).sum())}
    row |= {
        "mean": mean,
        "mean_taken": mean,
        "mean_lo": mean - half,
        "mean_hi": mean + half,
        "denominator": float(n),
    }
    share = n / expected
    row |= {
        "mean_expected": mean * share,
        "mean_expected_lo": mean * share - half,
        "mean_expected_hi": mean * share + half,
    }
    row |= {"score_rate": mean / full, "sd": sd, "cv": sd / mean}
    lines = {"excellent": marks >= 0.8 * full, "pass": marks >= 0.6 * full, "low": marks < 0.4 * full}
    lines |= {"top": marks >= 0.95 * full, "good": (marks >= 0.7 * full) & (marks < 0.8 * full)}
    for name, hit in lines.items():
        lo, hi = _limits(hit.mean(), n)
        row |= {
            f"{name}_count": int(hit.sum()),
            f"{name}_rate": hit.mean(),
            f"{name}_lo": lo,
            f"{name}_hi": hi,
        }
    quartiles = np.quantile(marks, [0, 0.25, 0.5, 0.75, 1])
    return row | dict(zip(("min", "q1", "median", "q3", "max"), quartiles.tolist(), strict=True))


class _County:
    """Simulated pupils of the county: arrays of one length."""

    def __init__(
        self, rng: np.random.Generator, schools: list[tuple[str, str, str, str, int]], papers: dict[str, int]
    ) -> None:
        self.schools = schools
        sizes = np.array([row[4] for row in schools])
        self.school = np.repeat(np.arange(len(schools)), sizes)
        n = len(self.school)
        effect = rng.normal(0, 0.03, len(schools)) + np.array(
            [0.03 if row[2] == "city" else -0.03 for row in schools]
        )
        ability = rng.normal(0, 1, n)
        self.female = rng.random(n) < 0.49
        self.boarding = rng.random(n) < 0.4
        missing = np.array([0.11 if "柳林" in row[0] else 0.02 for row in schools])
        self.sat = rng.random(n) >= missing[self.school]
        self.class_ = self.school * 100 + np.concatenate([np.arange(size) // 48 for size in sizes])
        self.marks: dict[str, np.ndarray] = {}
        for subject, full in papers.items():
            noise = rng.normal(0, 0.6, n)
            share = (
                MEANS.get(subject, 0.66)
                + SPREADS.get(subject, 0.2) * (0.8 * ability + 0.6 * noise)
                + effect[self.school]
            )
            self.marks[subject] = np.round(np.clip(share, 0.02, 1) * full * 2) / 2
        self.marks["total"] = sum(self.marks[subject] for subject in papers)
        self.full = papers | {"total": sum(papers.values())}

    def units(self) -> list[tuple[str, str, np.ndarray]]:
        found = [("county", "", np.ones(len(self.school), bool))]
        for place, level in ((3, "town"), (1, "school_type"), (2, "area")):
            words = np.array([row[place] for row in self.schools])[self.school]
            found += [(level, word, words == word) for word in dict.fromkeys(words.tolist())]
        found += [("school", str(k), self.school == k) for k in range(len(self.schools))]
        found += [("class", str(k), self.class_ == k) for k in np.unique(self.class_)]
        found += [("group", "gender:female", self.female), ("group", "gender:male", ~self.female)]
        found += [("group", "boarding:yes", self.boarding), ("group", "boarding:no", ~self.boarding)]
        return found

    def groups(self) -> list[dict[str, Any]]:
        rows = [
            _group_row(level, unit, subject, self.marks[subject][here & self.sat], int(here.sum()), full)
            for level, unit, here in self.units()
            for subject, full in self.full.items()
        ]
        county = {row["subject"]: row for row in rows if row["level"] == "county"}
        for row in rows:
            whole = county[row["subject"]]
            row["deviation"] = row["mean"] - whole["mean"]
            row["over_mean_ratio"] = row["deviation"] / whole["mean"]
            row["z_mean"] = row["deviation"] / whole["sd"]
        return rows

    def composites(self) -> list[dict[str, Any]]:
        """4∶3∶3 and a scheme that compares, with values no other column has."""
        kept = ("county", "school_type", "school")
        rows = []
        for place, (level, unit, _) in enumerate(each for each in self.units() if each[0] in kept):
            for subject in self.full:
                row = {"level": level, "unit": unit, "subject": subject, "parts": "{}", "note": ""}
                rows.append(row | {"scheme": "mean433", "value": 50.0 + place / 8})
                rows.append(row | {"scheme": "best_ratio_433", "value": 80.0 + place / 8})
                rows.append(row | {"scheme": "best_ratio_433_z", "value": 60.0 + place / 8})
        return rows

    def teaching(self) -> list[dict[str, Any]]:
        """Teacher 0, 1, … teaches one class each of each subject."""
        return [
            {"class": int(klass), "subject": subject, "teacher": place, "teacher_uuid": f"t{place}"}
            for place, klass in enumerate(np.unique(self.class_))
            for subject in self.marks
            if subject != "total"
        ]

    def tags(self) -> list[dict[str, Any]]:
        rows = []
        for level, unit, here in self.units():
            if level not in ("county", "school_type", "school", "class"):
                continue
            n = int((here & self.sat).sum())
            types = np.array([row[1] for row in self.schools])[self.school][here]
            for subject, points in KNOWLEDGE.items():
                for tag, rate in points.items():
                    shift = np.mean([FUNCTIONS_GAP[word] for word in types]) if tag == "函数" else 0.0
                    value, half = rate + float(shift), 0.55 / np.sqrt(n)
                    row = {"level": level, "unit": unit, "subject": subject, "kind": "knowledge", "tag": tag}
                    row |= {"items": 4, "full_mark": 1200, "n": n, "score_rate": value}
                    rows.append(row | {"lo": max(value - half, 0), "hi": min(value + half, 1)})
        return rows

    def distribution(self) -> list[dict[str, Any]]:
        rows = []
        for subject, full in self.full.items():
            width = 50 if subject == "total" else 10
            edges = np.arange(0, full + width, width, dtype=float)
            counts, _ = np.histogram(self.marks[subject][self.sat], edges)
            for band, count in enumerate(counts):
                row = {"level": "county", "unit": "", "subject": subject, "kind": "width", "band": band}
                rows.append(
                    row | {"from": edges[band], "to": min(edges[band + 1], full), "count": int(count)}
                )
        return rows

    def between(self) -> list[dict[str, Any]]:
        area = np.array([row[2] for row in self.schools])[self.school]
        rows = []
        for subject in self.full:
            marks, school = self.marks[subject][self.sat], self.school[self.sat]
            sizes = np.bincount(school)
            means = np.bincount(school, marks) / sizes
            spread = np.sqrt(np.average((means - marks.mean()) ** 2, weights=sizes))
            city, village = marks[area[self.sat] == "city"], marks[area[self.sat] == "village"]
            gap, half = (
                city.mean() - village.mean(),
                1.96 * np.hypot(city.std() / len(city) ** 0.5, village.std() / len(village) ** 0.5),
            )
            row = {"subject": subject, "by": "school", "units": len(sizes), "cv": spread / marks.mean()}
            row |= {"share": spread**2 / marks.var(), "gap_high": "city", "gap_low": "village"}
            rows.append(row | {"gap": gap, "gap_lo": gap - half, "gap_hi": gap + half})
        return rows


def _items(n: int, rng: np.random.Generator) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    dims, stats = [], []
    for place in range(20):
        tag = list(KNOWLEDGE["math"])[place % 5]
        facility = (
            0.18 if place == 13 else float(np.clip(KNOWLEDGE["math"][tag] + rng.normal(0, 0.08), 0.08, 0.95))
        )
        wrong = place == 13
        dims.append(
            {
                "subject": "math",
                "item": place,
                "label": str(place + 1),
                "kind": "choice" if place < 14 else "open",
            }
            | {"full_mark": 300, "knowledge": tag, "ability": "理解", "expected_facility": 0.6, "key": "B"}
        )
        row = {
            "level": "county",
            "unit": "",
            "subject": "math",
            "item": place,
            "n": n,
            "sum": int(facility * 300 * n),
        }
        row |= {"facility": facility, "facility_lo": facility - 0.01, "facility_hi": facility + 0.01}
        row |= {
            "discrimination": -0.12 if wrong else 0.42,
            "n_high": n // 4,
            "n_low": n // 4,
            "item_rest_r": 0.3,
        }
        row |= {"zero_count": 0, "full_count": 0, "top_wrong": "C", "top_wrong_share": 0.61 if wrong else 0.2}
        reason = "高分组选 C 的占 71%，选标准答案 B 的只占 9%" if wrong else None
        stats.append(row | {"suspect_key": wrong, "reason": reason})
    return dims, stats


def invented_results(seed: int = 7, *, nine: bool = False) -> Results:
    """Return the analysis, of five papers or of nine."""
    rng = np.random.default_rng(seed)
    papers = SUBJECTS | (MORE_SUBJECTS if nine else {})
    schools = SCHOOL_NAMES
    county = _County(rng, schools, papers)
    item_dims, item_stats = _items(int(county.sat.sum()), rng)
    paper = {"subject": "math", "n": int(county.sat.sum()), "items": 20, "facility": 0.6, "alpha": 0.87}
    paper |= {"split_half": 0.85, "sem": 6.1, "discrimination": 0.41, "facility_objective": 0.66}
    paper |= {"facility_subjective": 0.52, "expected_facility": 0.62, "note": ""}
    tables = {
        "groups": county.groups(),
        "distribution": county.distribution(),
        "tags": county.tags(),
        "between": county.between(),
        "item_stats": item_stats,
        "paper_stats": [paper],
        "composites": county.composites(),
    }
    dims = {
        "schools": _frame(
            [
                {"school": k, "uuid": f"s{k}", "name": row[0], "town": row[3], "area": row[2]}
                | {"school_type": row[1], "order": k}
                for k, row in enumerate(schools)
            ],
            SCHOOLS,
        ),
        "classes": _frame(
            [
                {"class": int(k), "uuid": f"c{k}", "school": int(k) // 100, "entry_year": 2024}
                | {"number": int(k) % 100 + 1, "label": f"九({int(k) % 100 + 1})班"}
                for k in np.unique(county.class_)
            ],
            CLASSES,
        ),
        "papers": _frame(
            [
                {
                    "subject": subject,
                    "name": subject,
                    "full_mark": full * 100,
                    "weight": 1.0,
                    "in_total": True,
                    "order": k,
                }
                for k, (subject, full) in enumerate(papers.items())
            ],
            PAPERS,
        ),
        "items": _frame(item_dims, ITEMS),
        "teaching": _frame(county.teaching(), TEACHING),
    }
    exam = ExamDescription(
        name="2027届九年级第一次模拟考试",
        grade=9,
        ended_on=dt.date(2026, 11, 12),
        organisation="安禾县教育局",
        filing_number="安教备〔2026〕17号",
    )
    frames = {name: _frame(rows, RESULTS[name]) for name, rows in tables.items()}
    teachers = {row["teacher"]: f"教师{row['teacher']:03}" for row in dims["teaching"].rows(named=True)}
    caliber = shipped_calibers()["county_80_60_40"]
    return Results(
        exam, caliber, "第2版", "0.1", frames, dims, teachers, Intake(2300, 2290, 10, {"姓名对不上": 10})
    )


ADDED = {"2": (6.2, 2.0), "6": (-8.4, 3.0)}
"""Schools whose value added leaves zero out, with half the interval; of the others the interval holds it."""
FEW = "8"
"""The school whose value added is withheld."""


def with_growth(results: Results) -> Results:
    """Return the analysis with value added and growth of schools from an earlier test: no figure twice."""
    added, growth = [], []
    for place, subject in enumerate(("math", "total")):
        for unit in results.schools:
            row = {"level": "school", "unit": unit, "subject": subject}
            effect, half = ADDED.get(unit, (0.11 * int(unit) + 0.013, 2.5))
            effect, n = effect + place / 8, 61 + 7 * int(unit) + place
            few = "两次成绩都有的只有 15 人，不到 20 人，不单独列出" if unit == FEW else ""
            verdict = "无显著差异" if abs(effect) < half else "显著高" if effect > 0 else "显著低"
            told = {"effect": effect, "sd": half / 1.96, "lo": effect - half, "hi": effect + half}
            told = dict.fromkeys(told, None) if few else told
            counts = {"pupils": n + 3, "matched": n, "match_rate": n / (n + 3), "method": "ols"}
            added.append(row | counts | told | {"verdict": "" if few else verdict, "reason": few})
            median = None if few else 50.0 + int(unit) + place / 4
            limits = {"lo": median - 6, "hi": median + 7} if median else {}
            growth.append(row | {"n": n, "median": median, "note": few} | limits)
    tables = {"value_added": _frame(added, VALUE_ADDED), "growth": _frame(growth, GROWTH)}
    start = Baseline("2026年八年级学业水平考试", "第3版", "2026.1")
    return replace(results, tables={**results.tables, **tables}, baseline=start)
