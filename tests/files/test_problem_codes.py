"""The reference page of problem codes says what the program can say: every code, and no other.

When a code is new, write the page again: `python tests/files/test_problem_codes.py`.
"""

import importlib
from pathlib import Path

import zhiheng
from zhiheng.files.problems import CATALOGUE, catalogue_page

SOURCE = Path(zhiheng.__file__).parent
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "problem_codes.md"


def whole_catalogue():
    """Return the catalogue after every module that declares codes was imported."""
    for path in sorted(SOURCE.rglob("*.py")):
        if "\ndeclare(" in path.read_text(encoding="utf-8"):
            importlib.import_module(".".join(("zhiheng", *path.relative_to(SOURCE).with_suffix("").parts)))
    return CATALOGUE


def test_the_page_is_the_catalogue():
    assert PAGE.read_text(encoding="utf-8") == catalogue_page(whole_catalogue())


def test_a_page_has_a_line_for_each_code():
    page = catalogue_page({"score.negative": "分数小于 0", "file.corrupt": "文件已损坏"})
    assert page.index("| `file.corrupt` | 文件已损坏 |") < page.index("| `score.negative` | 分数小于 0 |")


if __name__ == "__main__":
    PAGE.write_text(catalogue_page(whole_catalogue()), encoding="utf-8")
