"""How the county stood among others: noted inside with a source, read by nothing that goes out."""

import ast
from pathlib import Path

import pytest

import zhiheng
from zhiheng.base import access
from zhiheng.base.scopes import SYSTEM, Scope, visible
from zhiheng.evidence.comparison.models import ExternalNote
from zhiheng.evidence.comparison.services import NoSource, external_note

NOTE = {"year": 2026, "indicator": "九年级及格率", "own": "58.4%", "others": "全市57.9%"}
SOURCE = Path(zhiheng.__file__).parent


@pytest.mark.django_db
@pytest.mark.row("S002-40")
def test_a_comparison_is_kept_with_its_source_or_not_at_all():
    with pytest.raises(NoSource, match="来源"):
        external_note(**NOTE, source=" ")
    assert not ExternalNote.objects.exists()
    assert external_note(**NOTE, source="市教科院质量分析第6页").source == "市教科院质量分析第6页"


@pytest.mark.django_db
@pytest.mark.row("S002-40")
def test_only_three_roles_of_the_bureau_read_it():
    external_note(**NOTE, source="市教科院质量分析第6页")
    assert access.EXTERNAL <= access.COUNTY
    assert len(access.EXTERNAL) == 3
    principal = Scope(roles=frozenset({"PR"}))
    assert not visible(ExternalNote.objects.all(), principal).exists()
    assert visible(ExternalNote.objects.all(), SYSTEM).count() == 1


@pytest.mark.row("S002-40")
def test_no_document_and_no_other_page_reads_it():
    """Whatever imports the notes could publish them: only their own folder does, and the demonstration fills them."""
    readers = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                "zhiheng.evidence.comparison"
            ):
                readers.add(path.relative_to(SOURCE).parts[:2])
    assert readers == {("evidence", "comparison"), ("demo", "registers.py")}
