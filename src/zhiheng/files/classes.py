"""Grades and classes as people write them: 七(1)班, 初一1班, 701, (1), 一班 are class 1 of 七年级.

It reads one text at a time; which school a class belongs to is not its business.
"""

import re
from collections import Counter
from functools import cache

from zhiheng.files.text import folded

GRADES = (
    "一年级",
    "二年级",
    "三年级",
    "四年级",
    "五年级",
    "六年级",
    "七年级",
    "八年级",
    "九年级",
    "高一",
    "高二",
    "高三",
)
_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_N = r"[一二三四五六七八九十]{1,3}|\d{1,2}"
_GRADE = re.compile(
    r"(?:初中|高中|小学|初|高|小)?(?:20)?(?P<y>\d{2})(?P<kind>级|届)"
    r"|初(?:中)?(?P<j>[一二三四]|[1234](?!\d))(?:年级|年)?|高(?:中)?(?P<s>[一二三]|[123](?!\d))(?:年级|年)?"
    rf"|(?:小学|小)?(?P<plain>{_N}(?=年级)|[一二三四五六七八九](?=年))年级?|小(?P<p>[一二三四五六])|G(?P<g>\d{{1,2}})(?!\d)"
)
_SHORT = re.compile(
    r"^(?P<g>[一二三四五六七八九])(?=[(\d.\-])|^(?P<d>[1-9])(?=\()|^0?(?P<e>[1-9])[.\-](?=\d{1,2}班?$)"
)
_REMARK = re.compile(r"(?<=[\d)一二三四五六七八九十])班\([^\d()]{1,6}\)$")
"""What stands after a class that has a number: 1班(实验) is class 1."""
_NAMED = re.compile(
    r"(?:(?:理科|文科)?(?:实验|火箭|重点|尖子|宏志|培优|特优|奥赛|清北|强基|创新|普通|平行|卓越|英才|珍珠|特长))班"
)
_NUMBER = re.compile(rf"^[(\[]?0*(?P<n>{_N}|[一二三四五六七八九]?十[一二三四五六七八九]?)[)\]]?班?$")
_CODE = re.compile(r"^(?:0?(?P<g>[1-9]|1[0-2])(?P<n>\d{2})|(?:20)?(?P<y>\d{2})(?P<m>\d{2}))班?$")


def chinese_number(text: str) -> int:
    """Return 12 for 12, 十二; 20 for 二十; 0 where it is neither."""
    if text.isdigit():
        return int(text)
    if not text or any(c not in _DIGITS for c in text):
        return 0
    if "十" not in text:
        return _DIGITS[text] if len(text) == 1 else 0
    tens, ones = text.split("十", 1)
    return (_DIGITS.get(tens, 1) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)


@cache
def grade_of(text: str) -> str | None:
    """Return the grade a text names: 七年级 for 初一, 7年级, G7, 7; 2026级 for a cohort; None for none."""
    text = folded(text)
    if text.isdigit() and 1 <= int(text) <= 12:
        return GRADES[int(text) - 1]
    if len(text) == 1 and 1 <= _DIGITS.get(text, 0) <= 9:
        return GRADES[_DIGITS[text] - 1]
    if re.fullmatch(r"20\d\d", text):
        return f"{text}级"
    found = [_grade(match) for match in _GRADE.finditer(text)]
    return next((g for g in found if g in GRADES), next((g for g in found if g), None))


def _grade(match: re.Match[str]) -> str | None:
    if match["j"]:
        return _nth(chinese_number(match["j"]) + 6)
    if match["s"]:
        return _nth(chinese_number(match["s"]) + 9)
    if match["y"]:
        return f"20{match['y']}{match['kind']}"
    return _nth(chinese_number(match["plain"] or match["p"] or match["g"]))


def _nth(number: int) -> str | None:
    return GRADES[number - 1] if 1 <= number <= 12 else None


@cache
def class_of(text: str) -> tuple[str | None, str | None]:
    """Return (grade, class) of a text in a class column; a class that has a name keeps it (实验班).

    >>> class_of("七(1)班"), class_of("701"), class_of("(1)")
    (('七年级', '1'), ('七年级', '1'), (None, '1'))
    """
    text = folded(text).removesuffix(".0").replace("第", "").replace("【", "(").replace("】", ")")
    text = _REMARK.sub("班", text)
    if not text:
        return None, None
    match = _GRADE.match(text)
    if match:
        return _grade(match), _number(text[match.end() :].lstrip("-_.·"))
    code = _CODE.match(text)
    if code and code["g"] and code["n"] != "00":
        return GRADES[int(code["g"]) - 1], str(int(code["n"]))
    if code and code["m"] and 10 <= int(code["y"]) <= 40 and code["m"] != "00":
        return f"20{code['y']}级", str(int(code["m"]))
    short = _SHORT.match(text)
    if short:
        grade = _nth(chinese_number(short["g"] or short["d"] or short["e"]))
        return grade, _number(text[short.end() :].lstrip("-."))
    return None, _number(text)


def _number(text: str) -> str | None:
    match = _NUMBER.match(text)
    if match:
        number = chinese_number(match["n"])
        return str(number) if number else None
    return text if 0 < len(text) <= 12 and text != "班" else None


def class_pairs(texts: list[str]) -> list[tuple[str | None, str | None]]:
    """Return (grade, class) of each text; 1班(实验) beside 1班(普通) are two classes, and keep their names."""
    spelled = list(map(folded, texts))
    read = {text: class_of(text) for text in set(spelled)}
    remarked = Counter(pair for text, pair in read.items() if _REMARK.search(text))
    return [
        (read[text][0], text) if _REMARK.search(text) and remarked[read[text]] > 1 else read[text]
        for text in spelled
    ]


def stage_of(grade: str | None) -> str | None:
    """Return primary, junior or senior of a grade; None for a cohort or nothing."""
    if grade not in GRADES:
        return None
    place = GRADES.index(grade)
    return "primary" if place < 6 else "junior" if place < 9 else "senior"


_CLASS_IN_TEXT = re.compile(
    rf"(?:(?:初|高)(?:中)?[一二三]|[一二三四五六七八九]年?级?|\d年级|(?:20)?\d\d级|[789])?[(]?(?:{_N})[)]?班|(?<!\d)[1-9]\d{{2}}班"
)


def class_in(text: str) -> tuple[str | None, str | None]:
    """Return (grade, class) of the one class a title, sheet name or file name speaks of; (None, None) otherwise."""
    text = folded(text)
    found = {class_of(m[0]) for m in _CLASS_IN_TEXT.finditer(text)}
    found = found or {(None, m[0]) for m in _NAMED.finditer(text)}
    return found.pop() if len(found) == 1 else (None, None)
