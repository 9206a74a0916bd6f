"""What a sheet's name, title and file name say for all its rows: school, grade, class, subject, exam.

Columns say it better where they exist; nothing here reads a data cell.
"""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from zhiheng.files.classes import class_in, class_of, grade_of
from zhiheng.files.text import clean_place, folded
from zhiheng.files.words import subject_in

_SCHOOL = re.compile(
    r"[\u3400-\u9fff]{2,14}?(?:九年一贯制学校|中心小学|中心学校|中心校|实验学校|实验中学|实验小学|初级中学|高级中学|完全中学|民族中学"
    r"|职业中学|中等职业学校|特殊教育学校|外国语学校|附属中学|附属小学|学校|小学|中学|初中|高中|完小|教学点|附中|附小)"
    r"|[\u3400-\u9fff]{0,6}?(?:第[一二三四五六七八九十]+|[一二三四五六七八九十]+)(?:中学|小学|初中|高中|中|小)(?![\u3400-\u9fff])"
)
_NO_SCHOOL = re.compile(
    r"^(?:[全各本我某每个]?(?:县|市|区|镇|乡|级|校)?的?)?(?:初级?|高级?|中|小)?(?:中学|小学|初中|高中|学校|学)$|各|全[县市区镇乡]|本校|学年|学期|年度|春季|秋季|某校|^学校"
)
_NOISE = re.compile(r"\d+|[学年度]{2,}|第[一二]学期|[上下]学期|[春秋]季|年(?!级)")
_EXAM = re.compile(
    r"期中|期末|月考|[一二三]模|模拟|联考|质检|质量检测|质量监测|质量抽测|检测|测试|考试|诊断|调研|学情|中考|高考|摸底|结业|会考|学考"
)
_GENERIC_SHEET = re.compile(
    r"SHEET\d*|工作表\d*|TABLE\d*|成绩表?|总表|汇总|导入数据|DATA|明细|小题分?|全部|全体", re.IGNORECASE
)


def context_of(sheet: str, titles: Iterable[str], file: str) -> dict[str, str]:
    """Return what is said once for all rows; the sheet's name counts before the title, the title before the file."""
    path = PurePosixPath(file)
    folders = [part.removesuffix(".zip") for part in path.parts[:-1]]
    texts = [sheet, *titles, path.stem, *reversed(folders)]
    context: dict[str, str] = {}
    for text in texts:
        if not text or _GENERIC_SHEET.fullmatch(text.strip()):
            continue
        grade, number = class_in(text)
        if (
            text == sheet
            and number is None
            and re.fullmatch(r"[\d().\-七八九一二三四五六]+班?", folded(text))
        ):
            grade, number = class_of(text)
        found = {
            "subject": subject_in(text),
            "class": number,
            "grade": grade or (grade_of(text) if not folded(text).isdigit() else None),
            "school": school_in(text),
            "exam": text.strip() if _EXAM.search(text) else None,
        }
        for key, value in found.items():
            if value:
                context.setdefault(key, value)
    return context


def school_in(text: str) -> str | None:
    """Return the one school a text names; 全县小学, 某校 and 初中 alone name none."""
    found = set()
    for piece in _NOISE.sub(" ", clean_place(text)).replace("-", " ").replace("_", " ").split():
        for match in _SCHOOL.finditer(piece):
            name = match[0]
            if not _NO_SCHOOL.search(name) and not grade_of(name):
                found.add(name)
    return found.pop() if len(found) == 1 else None
