"""One folder per test: which files it holds and who sent them, with 考试.yaml beside them.

Each function writes the files of one test and returns the mistakes in them, with their place.
"""

import copy
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from zhiheng.demo import papers
from zhiheng.demo.county import County
from zhiheng.demo.exams import Sitting
from zhiheng.demo.layouts import LAYOUTS, class_label
from zhiheng.demo.mistakes import Mistake, plant
from zhiheng.demo.places import county_name
from zhiheng.demo.returns import Return, returns, settle
from zhiheng.demo.workbook import Column, Page, csv_bytes, picture, write_xls, write_xlsx, write_zip_gbk
from zhiheng.files.problems import column_letters

ENCODINGS = {"csv_gb18030": "gb18030", "csv_utf8": "utf-8-sig"}
SUFFIX = {"xlsx": "xlsx", "xls": "xls", "zip": "zip", "csv_gb18030": "csv", "csv_utf8": "csv"}
DESCRIBED = (
    "name",
    "kind",
    "grade",
    "entry_year",
    "date",
    "school",
    "mock_number",
    "filing_number",
    "filing_basis",
)


@cache
def habits() -> dict[str, Any]:
    """Return how each school sends its sheets. Callers must not change it."""
    return yaml.safe_load(files(__package__).joinpath("returns.yaml").read_text(encoding="utf-8"))


def write_pages(target: Path, pages: Sequence[Page], form: str = "xlsx") -> None:
    """Write pages in one of the forms of `returns.yaml`; a csv holds the first page only."""
    if form == "xlsx":
        write_xlsx(target, pages)
    elif form == "xls":
        write_xls(target, pages)
    elif form == "zip":
        entries = {}
        for page in pages:
            content = io.BytesIO()
            write_xlsx(content, [page])
            entries[f"{target.stem}/{page.name}.xlsx"] = content.getvalue()
        write_zip_gbk(target, entries)
    else:
        target.write_bytes(csv_bytes(pages[0], ENCODINGS[form]))


def placed(mistakes: Sequence[Mistake], pages: Sequence[Page], file: str) -> list[Mistake]:
    """Fill in where each mistake stands and what the cell says there; what was left out has no cell."""
    found = []
    for mistake in mistakes:
        spot = (mistake.key, mistake.field)
        page = next((page for page in pages if spot in page.places), None)
        if page is None:
            found.append(mistake.at(file))
        else:
            sheet, row, column = page.places[spot]
            shown = replace(mistake, found=str(page.rows[row - 1][column - 1]))
            cell = f"{column_letters(column)}{row}"
            found.append(shown.at(file, "" if file.endswith(".csv") else sheet, cell))
    return found


def write_description(sitting: Sitting, target: Path) -> None:
    """Write 考试.yaml: what the test was, as `--exam` reads it."""
    plan = sitting.plan
    described = {field: plan[field] for field in DESCRIBED if field in plan}
    described["papers"] = [
        {"subject": paper["subject"], "full_mark": paper["full_mark"], "in_total": True, "weight": 1.0}
        for paper in plan["papers"]
    ]
    text = yaml.safe_dump(described, allow_unicode=True, sort_keys=False)
    (target / "考试.yaml").write_text(text, encoding="utf-8")


def mock_junior(county: County, sitting: Sitting, target: Path) -> list[Mistake]:
    """九年级一模: one file per school in the school's own layout, item sheets and blueprints in 小题/."""
    found = _by_school(county, sitting, target, "九年级一模成绩")
    made = _settled(county, sitting)
    items = target / "小题"
    items.mkdir(exist_ok=True)
    for subject, name, layout in (
        ("math", "数学", papers.letters_then_marks),
        ("physics", "物理", papers.letters_and_marks),
    ):
        rows = papers.sat_rows(sitting, subject, made)
        answers = sitting.responses[subject]
        write_pages(items / f"{name}小题分.xlsx", [layout(answers, rows, f"{name}小题分")])
        title = f"{sitting.plan['name']}{name}双向细目表"
        write_pages(items / f"{name}双向细目表.xlsx", [papers.blueprint(answers, title)])
    return found


def final_of_one_school(county: County, sitting: Sitting, target: Path) -> list[Mistake]:
    """A school's own final: its sheet; and in a folder beside it the sheet it sent again, its mistakes mended."""
    corrected = target.with_name(f"{target.name}（更正）")
    corrected.mkdir(exist_ok=True)
    write_description(sitting, corrected)
    for sent in _settled(county, sitting).values():
        layout = LAYOUTS[habits()[sitting.key][sent.school]["layout"]]
        write_pages(corrected / f"{sent.school}七年级期末成绩（更正）.xlsx", layout(sent))
    return _by_school(county, sitting, target, "七年级期末成绩")


def _by_school(county: County, sitting: Sitting, target: Path, what: str) -> list[Mistake]:
    """Write what every school sends, by its habits."""
    plan_names = county.schools["plan_name"].to_list()
    found: list[Mistake] = []
    for number, (school, sent) in enumerate(returns(county, sitting).items()):
        habit = habits()[sitting.key][plan_names[school]]
        rng = county.rng(1000 + number)
        settle(sent, habit.get("absent", "缺考"))
        mistakes = plant(sent, habit["mistakes"], rng)
        suffix = SUFFIX[habit["form"]]
        *early, last = [f"{sent.school}{what}{version}.{suffix}" for version in habit.get("versions", [""])]
        for file in early:
            old, changed = _before_correction(sent, rng)
            found += _send(old, changed, habit, target / file)
            found.append(_whole_file("superseded", "dataset.marks_clash", file, last, target))
        found += _send(sent, mistakes, habit, target / last)
        if habit.get("picture"):
            (target / f"{sent.school}.png").write_bytes(picture())
            found.append(_whole_file("picture", "file.picture", f"{sent.school}.png", last, target))
    return found


def _send(sent: Return, mistakes: Sequence[Mistake], habit: dict[str, Any], path: Path) -> list[Mistake]:
    """Lay a return out, write it, and say where its mistakes stand."""
    pages = LAYOUTS[habit["layout"]](sent)
    write_pages(path, pages, habit["form"])
    return placed(mistakes, pages, f"{path.parent.name}/{path.name}")


def _whole_file(kind: str, code: str, file: str, meant: str, target: Path) -> Mistake:
    return Mistake(code, -1, "", file, meant, file=f"{target.name}/{file}", kind=kind)


def _before_correction(sent: Return, rng: np.random.Generator) -> tuple[Return, list[Mistake]]:
    """The same return before it was corrected: one class's marks of one subject are some points lower."""
    old = copy.deepcopy(sent)
    code, _, _ = old.subjects[-1]
    number = int(rng.choice(sorted(old.by_class())))
    changed = []
    for key, cells in old.by_class()[number]:
        mark = cells[code]
        if isinstance(mark, int | float) and mark >= 5:
            cells[code] = mark - 5
            shown = str(cells[code])
            changed.append(
                Mistake("dataset.marks_clash", key, code, shown, str(mark), kind="corrected_later")
            )
    return old, changed


def graduation_grade8(county: County, sitting: Sitting, target: Path) -> list[Mistake]:
    """生地结业: the county's own file, a page for each subject, sorted by ticket, with grade letters."""
    pages = []
    made = _settled(county, sitting)
    rows = [(key, cells) for sent in made.values() for key, cells in sent.rows]
    rows.sort(key=lambda row: row[1]["ticket"])
    for code, name, full in next(iter(made.values())).subjects:
        heads = [("考号", "ticket"), ("学籍号", "student_no"), ("姓名", "name"), ("学校", "school")]
        heads += [("班级", "class"), ("成绩", code), ("等级", "letter")]
        shown = [
            (key, {**cells, "class": class_label(8, cells["class"]), "letter": _letter(cells[code], full)})
            for key, cells in rows
        ]
        pages.append(Page(name).table([Column((h,), f) for h, f in heads], shown))
    write_pages(target / "全县八年级生物地理结业成绩.xlsx", pages)
    return []


def _settled(county: County, sitting: Sitting) -> dict[int, Return]:
    made = returns(county, sitting)
    for sent in made.values():
        settle(sent)
    return made


def _letter(mark: Any, full: float) -> str:
    """A from 85 %, B from 70 %, C from 60 %, else D; nothing without a mark."""
    if not isinstance(mark, int | float):
        return ""
    return next(
        (letter for letter, line in (("A", 0.85), ("B", 0.70), ("C", 0.60)) if mark >= line * full), "D"
    )


def mock_of_last_year(county: County, sitting: Sitting, target: Path) -> list[Mistake]:
    """Last year's 九年级一模 as the county kept it: one old .xls per county, a page for each school, no mistakes."""
    homes = county.schools["county"].to_list()
    pages: dict[int, list[Page]] = {}
    for school, sent in _settled(county, sitting).items():
        heads = [("班级", "class"), ("姓名", "name"), ("考号", "ticket"), ("学籍号", "student_no")]
        columns = [Column((header,), field) for header, field in heads]
        columns += [Column((name,), code) for code, name, _ in sent.subjects] + [Column(("总分",), "total")]
        rows = [
            (key, {**cells, "class": class_label(sent.grade, cells["class"])}) for key, cells in sent.rows
        ]
        page = Page(sent.school).title(f"{sent.school}{sent.exam}成绩", width=len(columns))
        pages.setdefault(homes[school], []).append(page.table(columns, rows))
    for number, of_county in pages.items():
        write_xls(target / f"{county_name(number)}九年级一模成绩存档.xls", of_county)
    return []


def mock_senior(county: County, sitting: Sitting, target: Path) -> list[Mistake]:
    """高三一模: one file per school; 原始分 beside 赋分 for 化生政地, `--` for subjects not taken."""
    scaled = set(sitting.scaled.columns)
    layouts = (_senior_two_row, _senior_flat, _senior_line_breaks)
    for number, sent in enumerate(_settled(county, sitting).values()):
        columns = layouts[number % len(layouts)](sent, scaled)
        rows = [
            (key, {**_with_senior_total(cells, sent, scaled), "class": class_label(12, cells["class"])})
            for key, cells in sent.rows
        ]
        page = Page("成绩").title(f"{sent.school}{sent.exam}成绩", width=len(columns)).table(columns, rows)
        write_pages(target / f"{sent.school}高三一模.xlsx", [page])
    return []


def _with_senior_total(cells: dict[str, Any], sent: Return, scaled: set[str]) -> dict[str, Any]:
    """Add the choice of subjects and the total that counts: 赋分 where there is one, else the raw mark."""
    counted = [cells[f"{code}.scaled" if code in scaled else code] for code, _, _ in sent.subjects]
    total = sum(mark for mark in counted if isinstance(mark, int | float)) if cells["total"] != "" else ""
    return {**cells, "track": _track(cells), "total.scaled": total}


def _track(cells: dict[str, Any]) -> str:
    """物化生, 史政地: what the pupil chose."""
    short = {
        "physics": "物",
        "history": "史",
        "chemistry": "化",
        "biology": "生",
        "politics": "政",
        "geography": "地",
    }
    return "".join(letter for code, letter in short.items() if cells[f"{code}.status"] != "not_taken")


SENIOR_WHO = [("考号", "ticket"), ("姓名", "name"), ("班级", "class"), ("选科", "track")]


def _senior_two_row(sent: Return, scaled: set[str]) -> list[Column]:
    columns = [Column((header, ""), field) for header, field in SENIOR_WHO]
    for code, name, _ in sent.subjects:
        parts = [("原始分", code), ("赋分", f"{code}.scaled")] if code in scaled else [("成绩", code)]
        columns += [Column((name, part), field) for part, field in [*parts, ("校次", f"{code}.school")]]
    return [*columns, Column(("总分", "原始分"), "total"), Column(("总分", "赋分"), "total.scaled")]


def _senior_flat(sent: Return, scaled: set[str]) -> list[Column]:
    columns = [Column((header,), field) for header, field in SENIOR_WHO]
    for code, name, _ in sent.subjects:
        columns.append(Column((f"{name}(原始)" if code in scaled else name,), code))
        if code in scaled:
            columns.append(Column((f"{name}(赋分)",), f"{code}.scaled"))
    return [*columns, Column(("总分",), "total.scaled")]


def _senior_line_breaks(sent: Return, scaled: set[str]) -> list[Column]:
    columns = [Column((header,), field) for header, field in SENIOR_WHO]
    columns += [Column(("总分\n赋分",), "total.scaled"), Column(("总分\n原始",), "total")]
    for code, name, _ in sent.subjects:
        if code in scaled:
            columns += [Column((f"{name}\n赋分",), f"{code}.scaled"), Column((f"{name}\n原始",), code)]
        else:
            columns.append(Column((name,), code))
        columns.append(Column((f"{name}\n名次",), f"{code}.school"))
    return columns


def monitoring_grade4(county: County, sitting: Sitting, target: Path) -> list[Mistake]:
    """抽样监测: marks and levels by 监测号, no names, one file of the county."""
    heads = [("监测号", "ticket"), ("学校", "school"), ("班级", "class"), ("性别", "gender")]
    columns = [Column((header,), field) for header, field in heads]
    rows = []
    for sent in _settled(county, sitting).values():
        columns[4:] = [
            Column((header,), field)
            for code, name, _ in sent.subjects
            for header, field in ((f"{name}成绩", code), (f"{name}等级", f"{code}.letter"))
        ]
        for key, cells in sent.rows:
            letters = {f"{code}.letter": _letter(cells[code], full) for code, _, full in sent.subjects}
            rows.append((key, {**cells, **letters, "class": class_label(4, cells["class"])}))
    write_pages(target / "四年级抽样监测等级.xlsx", [Page("等级").table(columns, rows)])
    return []


WRITERS: dict[str, Callable[[County, Sitting, Path], list[Mistake]]] = {
    "graduation_2026": graduation_grade8,
    "mock_2026": mock_of_last_year,
    "mock_2027": mock_junior,
    "final_shiqiao": final_of_one_school,
    "mock_senior_2027": mock_senior,
    "monitoring_grade4": monitoring_grade4,
}
