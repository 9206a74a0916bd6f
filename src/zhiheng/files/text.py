"""One way of writing for what people type in many: width, spaces, dots, identifiers.

It changes the form of a text, never its meaning; what a header or a class means is decided elsewhere.
"""

import datetime
import re
import unicodedata
from functools import lru_cache
from typing import Any

_SPACE = re.compile(r"[\s\u200b-\u200f\ufeff\u00ad]+")
_DOTS = str.maketrans(dict.fromkeys("•‧∙・･.。", "·"))
_CIRCLED = {0x2460 + n: f"({n + 1})" for n in range(20)} | {ord("【"): "(", ord("】"): ")"}
_HAN = re.compile(r"[\u3400-\u9fff]")
EXACT_INTEGER = 10.0**15


def folded(value: Any) -> str:
    """Return a header or keyword: half width, no spaces or breaks, capitals; 1.0 as 1; 1月2日 (a date) as 1-2."""
    return _folded(value if type(value) is str else shown(value))


@lru_cache(maxsize=1 << 17)
def _folded(text: str) -> str:
    return _SPACE.sub("", unicodedata.normalize("NFKC", text.translate(_CIRCLED))).upper()


def shown(value: Any) -> str:
    """Return a cell as a person sees it, without the spaces around it."""
    if type(value) is float:
        return str(int(value)) if value.is_integer() and abs(value) < EXACT_INTEGER * 1000 else repr(value)
    if isinstance(value, datetime.date | datetime.datetime):
        return f"{value.month}-{value.day}" if value.year >= 2000 else str(value)
    return str(value).strip()


def clean_name(value: Any) -> str:
    """Return a person's name: 张 三 is 张三; Latin names keep single spaces; dots of other peoples' names become ·."""
    text = _SPACE.sub(" ", unicodedata.normalize("NFKC", shown(value))).strip()
    if _HAN.search(text):
        return text.replace(" ", "").translate(_DOTS).strip("·*'")
    return text


def clean_id(value: Any) -> str:
    """Return an identifier as text: no spaces, no leading apostrophe, 920240000.0 as 920240000."""
    text = folded(value).strip("'`\"")
    return text.removesuffix(".0") if text.endswith(".0") and text[:-2].isdigit() else text


def clean_place(value: Any) -> str:
    """Return a school's or town's name without spaces."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", shown(value)))
