"""The forms under which one school's name arrives: 柳林镇初级中学, 柳林镇初中, 柳林初中.

From the strictest form to the loosest. Deciding which school is meant is `registry.matching`'s work.
"""

import re
import unicodedata

_SHORTER = [
    ("初级中学", "初中"),
    ("高级中学", "高中"),
    ("完全小学", "小学"),
    ("完小", "小学"),
    ("中等专业学校", "中专"),
    ("职业高中", "职高"),
    ("第一", "一"),
    ("第二", "二"),
    ("第三", "三"),
    ("第四", "四"),
    ("第五", "五"),
]
_SPACE_AND_MARKS = re.compile(r"[\s·•()\[\]【】“”\"'《》,，.。_-]+")
_COUNTY = re.compile(r"^[一-鿿]{2,6}?[县区市](?=[一-鿿]{3,})")
_TOWN_WORD = re.compile(r"(?<=[一-鿿]{2})(民族乡|街道|镇|乡)(?=[一-鿿]{2,})")


def plain_name(name: str) -> str:
    """Return the name without blanks, brackets and marks, full-width letters made narrow."""
    return _SPACE_AND_MARKS.sub("", unicodedata.normalize("NFKC", name))


def short_form(name: str) -> str:
    """Return the name with the usual shortenings: 初级中学 → 初中, 第一 → 一."""
    text = plain_name(name)
    for long, short in _SHORTER:
        text = text.replace(long, short)
    return text


def without_county(name: str) -> str:
    """Return the short form without a county's name in front."""
    text = short_form(name)
    return _COUNTY.sub("", text) or text


def loose_form(name: str) -> str:
    """Return the short form without county, town words and the word 县 alone: 县实验中学 → 实验中学."""
    return _TOWN_WORD.sub("", without_county(name).removeprefix("县"))


FORMS = (plain_name, short_form, without_county, loose_form)
"""Strictest first. A looser form is asked only where the stricter ones know nobody."""
