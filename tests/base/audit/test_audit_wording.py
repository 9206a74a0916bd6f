"""The audit page speaks Chinese: every deed the program records has its words, and no words lack a deed."""

import re
from pathlib import Path

import zhiheng
from zhiheng.base.audit.wording import ACTIONS, detail_words

SOURCE = Path(zhiheng.__file__).parent


def test_every_deed_has_words_and_all_words_a_deed():
    written = "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    assert set(re.findall(r'action="([a-z_]+\.[a-z_]+)"', written)) == set(ACTIONS)


def test_what_an_entry_tells_is_read_in_words():
    told = {
        "exam": "0e1bd9b7-1111-4222-8333-444455556666",
        "role": "RS",
        "subject": "math",
        "unit": None,
        "uploads": ["b" * 64, "c" * 64],
        "name": "文" * 60,
        "size": 12,
    }
    assert detail_words(told) == (
        f"考试 0e1bd9b7；角色 教研员；学科 数学；文件 bbbbbbbb、cccccccc；名称 {'文' * 36}…；字节 12"
    )
