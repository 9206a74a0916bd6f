"""What one header text means: identity, subject, measure, item, full mark. `header_words.yaml` holds the words.

It sees no other cell; how the levels of a header combine is decided in `headers`.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from zhiheng.files.text import folded
from zhiheng.standards.loader import load
from zhiheng.standards.subjects import subject_aliases

IDENTITY, SUBJECT, TOTAL = "identity", "subject", "total"
SUBTOTAL, ITEM, MEASURE = "subtotal", "item", "measure"

_MUST = re.compile(r"^[*★]+|[*★]+$|\((?:必填|选填|必须|文本|必考|选考|(?:单位:?)?分)\)")
_FULL_MARK = re.compile(
    r"[(\[](?:满分|总分|共|计|卷面)?[:=]?(\d{1,3}(?:\.\d+)?(?:\+\d{1,3})?)分?制?[)\]]|/(\d{1,3}(?:\.\d+)?)分?$"
    r"|满分[:=]?(\d{1,3}(?:\.\d+)?)分?|[-_:](\d{2,3})分?$|(?<=[\u3400-\u9fff])(\d{2,3})分?$"
)
_FULL_MARK_CELL = re.compile(r"[(\[]?(?:满分|共)?[:=]?(\d{1,4}(?:\.\d+)?)分?[)\]]?")
LARGEST_FULL_MARK = 1500.0
_ITEM_FULL_MARK = re.compile(
    r"[(\[](?:满分|共)[:=]?(\d{1,3}(?:\.\d+)?)分?[)\]]|[(\[:](\d{1,3}(?:\.\d+)?)分[)\]]?$|/(\d{1,3}(?:\.\d+)?)分?$"
    r"|(?<=题)(\d{1,3}(?:\.\d+)?)分$"
)
_CHINESE = "一二三四五六七八九十"
_PART = (
    "单选|多选|选择|填空|解答|判断|客观|主观|听力|实验|计算|阅读|简答|单项选择|完形填空|作文|写作|材料|非选择"
)
_ITEM = re.compile(
    rf"^(?P<asked>答案|选项|作答|填涂)?(?P<part>(?:{_PART})题?)?(?P<mark>第|T|Q|ITEM|题目|小题|试题|题|NO|X)?[._#\-]?"
    rf"(?P<label>(?:[{_CHINESE}]{{1,3}}[、.\-]?)?\(?\d{{1,3}}\)?(?:[-_.]\d{{1,2}}|\(\d{{1,2}}\)|[A-E](?![A-Z]))*|[{_CHINESE}]{{1,3}})"
    r"(?P<unit>小?题|大题|空)?(?P<sub>(?:(?:[-_.]\d{1,2}|[-_.]?\(\d{1,2}\))(?:小?题)?)*)"
    r"(?P<measure>得分|分数|分|成绩|选项|作答|答案|选择|填涂|学生答案|选答)?$"
)
_ITEM_RANGE = re.compile(r"(?<=\d)[~—–至](?=\d)")
_ITEM_KEY = re.compile(r"(?<=[\d题])[(\[]([A-H]{1,6})[)\]]$")
_SUB_ITEM = re.compile(r"\((\d{1,3})\)$")
_GREAT_ITEM = re.compile(rf"(?P<label>[{_CHINESE}]{{1,3}})[、.](?P<part>(?:{_PART})题?)$")
_ITEM_PART = re.compile(rf"[(\[](?:{_PART})题?[)\]]$")
_ASKED = re.compile(r"^\d{1,2}[、.:]\s*(?:请?(?:输入|填写|选择))?(?:您|你|考生|学生)?的?(?=[\u3400-\u9fff])")
_EXAM_KIND = r"期中|期末|月考|[一二三123]模|模拟|联考|统考|质检|诊断|调研|摸底|检测|监测|测试|考试|中考|会考"
_EXAM_NAME = re.compile(
    rf"(?:20\d\d(?:[-—~至]20\d\d)?(?:学年度?|年)?|第[{_CHINESE}\d]+(?:次|学期|单元)|[{_CHINESE}\d]{{1,2}}月份?|[上下]学?期|[七八九]年?级?[上下]册?"
    rf"|[春秋]季?|{_EXAM_KIND})+"
)
_DELTA = re.compile(r"进退|进步|退步|升降|变化|浮动|增减|较上次|±|[与比]上[次期]")
_RANK = re.compile(
    r"名次|排名|排位|位次|排序|位置值|百分位|百分等级|超越率|超过率|击败率|PR值|RANK"
    r"|[班校级年区县市段联省组届科总全](?:级|校|市|县|区|科|考)?[次排名]$|^[次排名]$|^排$|^总[班校级年县区市联]$"
)
RANKED_IN = re.compile(r"[全本]?(?:班|校|级|年级|年|段|镇|乡|县|区|市|省|联考|学区|片区)[级内]?")
"""Where a rank was taken; under 名次 or after a subject (语县) it says nothing else."""
_EXAM = re.compile(
    r"[一二三四五六七八九]年?级?[上下]册?|期中|期末|月考|[一二三123]模|本次|这次|本学期|第[一二三四五六\d]次|[上下]学期|\d{4}年?|中考|模拟|联考|考试|测试|检测|学年|科目|学科|卷|成绩单"
)
_CHOSEN = {"选项", "作答", "答案", "选择", "填涂", "学生答案", "选答"}
_STREAMS = {"文", "理", "文科", "理科", "文史", "理工"}
_EDGE = "()[]_-·:/、.*#—|,;+"


@dataclass(frozen=True, slots=True)
class Word:
    """The meaning of one header text.

    Attributes
    ----------
    about : identity, subject, total, subtotal, item, measure; None for a text not understood.
    role : role of an identity; or the measure (raw_mark, scale_score, rank, delta, grade_letter, option …).
    exam : which test a mark is of, where the text says so (期中, 期末).
    strength : 0 to 1, how sure the words alone make us.
    """

    about: str | None = None
    role: str | None = None
    subject: str | None = None
    item: str | None = None
    full_mark: float | None = None
    strength: float = 0.0
    exam: str | None = None


@cache
def _tables() -> tuple[dict[str, str], dict[str, str], frozenset[str], frozenset[str]]:
    words = load("header_words")
    identity = {folded(w): role for role, ws in words["identity"].items() for w in ws}
    measure = {folded(w): role for role, ws in words["measure"].items() for w in ws}
    return (
        identity,
        measure,
        frozenset(map(folded, words["total"])),
        frozenset(map(folded, words["subtotal"])),
    )


@cache
def word(text: str, *, under: str | None = None) -> Word:
    """Return what a folded header text means. `under` is what the level above is about, if anything.

    A level below a subject is first tried as a measure: 等级 or 满分 there are the subject's.
    """
    found = _word(_MUST.sub("", text), under)
    return replace(found, exam=exam_of(text)) if found.about not in (None, IDENTITY, ITEM) else found


def _word(text: str, under: str | None) -> Word:
    identity = _tables()[0]
    if not text:
        return Word()
    if under == ITEM and text in _CHOSEN:
        return Word(MEASURE, "option", strength=1.0)
    if under in (SUBJECT, TOTAL, SUBTOTAL, ITEM) and (role := measure_of(text)):
        return Word(MEASURE, role, strength=1.0)
    if text in identity:
        return Word(IDENTITY, identity[text], strength=1.0)
    plain = _ASKED.sub("", text).removesuffix(":").split("(")[0].strip(_EDGE)
    if (diagonal := re.sub(r"[/\\|_]", "", text)) in identity:
        return Word(IDENTITY, identity[diagonal], strength=0.9)
    return (
        _about_paper(text)
        or _great_item(text)
        or _item(text)
        or (Word(IDENTITY, identity[plain], strength=0.9) if plain in identity else None)
        or _total_of_some(text)
        or _mark_of_exam(text)
        or Word()
    )


def _total_of_some(text: str) -> Word | None:
    """Read a total that says what it holds: 总分(含加分), 总分(不含体育)."""
    base, bracket, _ = text.partition("(")
    return Word(TOTAL, strength=0.8) if bracket and base in _tables()[2] else None


def _mark_of_exam(text: str) -> Word | None:
    """Read 期中 or 第一次月考 alone as the mark in that test, of the subject the sheet is about."""
    base = re.sub(r"(?:成绩|得分|分数)$", "", text)
    whole = _EXAM_NAME.fullmatch(base)
    return Word(MEASURE, "raw_mark", strength=0.7) if whole and re.search(_EXAM_KIND, base) else None


def exam_of(text: str) -> str | None:
    """Return the test a header text names: 期末 of 期末语文; None where it names none."""
    names = [m[0] for m in _EXAM_NAME.finditer(text) if re.search(_EXAM_KIND, m[0])]
    return names[0] if names else None


def names_person_or_place(text: str) -> bool:
    """Say whether a folded text is a header such as 姓名, 考号 or 班级, word for word."""
    return text in _tables()[0]


def measure_of(text: str) -> str | None:
    """Return raw_mark, scale_score, rank, delta, grade_letter or full_mark for a text that only says that."""
    measure = _tables()[1]
    text = text.strip(_EDGE)
    if _DELTA.search(text):
        return "delta"
    if text in measure:
        return measure[text]
    if _RANK.search(text) and not text.startswith(("第", "T")):
        return "rank"
    stripped = _EXAM.sub("", text).strip(_EDGE)
    return measure.get(stripped) if stripped != text else None


def _about_paper(text: str) -> Word | None:
    """Read a text as subject, total or part of a paper, with an optional measure and full mark."""
    full = _FULL_MARK.search(text)
    base = (text[: full.start()] + text[full.end() :] if full else text).strip(_EDGE)
    full_mark = _added(next(g for g in full.groups() if g)) if full else None
    if full_mark is not None and full_mark < 5:
        return None
    splits = _splits(base)
    role = measure_of(base)
    if role:
        subject = next((s for _, s, rest in splits if s and measure_of(rest)), None)
        return Word(SUBJECT if subject else MEASURE, role, subject, None, full_mark, 0.95)
    for about, subject, rest in splits:
        numbered = len(rest) <= 2 and rest.isdigit() and base.startswith(rest)  # 01语文
        if subject and (numbered or rest in _STREAMS or _same_subject(rest, subject)):
            rest = ""
        role = ("rank" if RANKED_IN.fullmatch(rest) else measure_of(rest)) if rest else None
        if not rest or role:
            return Word(about, role, subject, None, full_mark, 1.0 if not rest else 0.95)
        if about == SUBJECT and rest in _tables()[2]:  # 语文总分 is the mark in 语文
            return Word(SUBJECT, "raw_mark", subject, None, full_mark, 0.9)
        named = _tables()[0].get(rest)
        if named in ("teacher", "status") and subject:
            return Word(IDENTITY, named, subject, strength=0.9)
        if about != SUBTOTAL and not _EXAM.sub("", rest).strip(_EDGE):
            return Word(about, None, subject, None, full_mark, 0.8)
        if about == SUBJECT and _tables()[3] & {rest, rest.removesuffix("得分"), rest.removesuffix("分")}:
            return Word(SUBTOTAL, None, subject, None, full_mark, 0.9)
    return None


def _added(text: str) -> float:
    """Return 150 for 150, and for 120+30: the written part and the spoken one."""
    return sum(map(float, text.split("+")))


def _same_subject(text: str, subject: str) -> bool:
    """Say whether a text only repeats the subject: 语文 Chinese, 道德与法治(政治)."""
    code = subject_aliases().get(text)
    return code == subject or {code, subject} == {"politics", "morality_law"}


def _splits(base: str) -> list[tuple[str, str | None, str]]:
    """Return the ways to cut a text into (about, subject, rest), best first."""
    _, _, totals, subtotals = _tables()
    found: list[tuple[str, str | None, str]] = []
    if base in totals:
        return [(TOTAL, None, "")]
    if base in subtotals:
        return [(SUBTOTAL, None, "")]
    aliases = subject_aliases()
    for alias, code in aliases.items():
        if len(alias) > 1 and alias in base and (alias.isascii() is False or base.startswith(alias)):
            before, after = base.split(alias, 1)
            found.append((SUBJECT, code, (before + after).strip(_EDGE)))
            break
    else:
        if base[:1] in aliases:
            found.append((SUBJECT, aliases[base[0]], base[1:].strip(_EDGE)))
    ends = sorted(
        (t for t in totals | subtotals if len(t) > 1 and (base.startswith(t) or base.endswith(t))), key=len
    )
    for end in reversed(ends):
        rest = base[len(end) :] if base.startswith(end) else base[: -len(end)]
        rest = "" if rest in totals else rest
        found.append((TOTAL if end in totals else SUBTOTAL, None, rest.strip(_EDGE)))
    return found


@cache
def _ends() -> tuple[str, ...]:
    """Return the names of totals and parts that may begin or end a longer text, longest first."""
    _, _, totals, subtotals = _tables()
    return tuple(sorted((t for t in totals | subtotals if len(t) > 1), key=len, reverse=True))


def _item(text: str) -> Word | None:
    """Read a text as a question: 第1题, T12, 51(3), 15-1, 1(3分), 单选3选项; a bare number is weak."""
    part = _ITEM_PART.search(text)
    text = text[: part.start()] if part else text
    text = _ITEM_RANGE.sub("-", _ITEM_KEY.sub("", text))
    full = _ITEM_FULL_MARK.search(text)
    match = _ITEM.match(text[: full.start()] if full else text)
    if not match:
        return None
    label = (match["label"] + (match["sub"] or "")).replace("小题", "").replace("题", "")
    if match["part"]:
        label = match["part"].removesuffix("题") + label
    sure = (
        match["mark"]
        or match["asked"]
        or match["unit"]
        or match["part"]
        or part
        or (match["measure"] and match["label"][0].isdigit())
    )
    if not sure and match["label"][:1] == "0":
        return None
    role = "option" if match["measure"] in _CHOSEN or match["asked"] else "item_mark"
    full_mark = float(next(g for g in full.groups() if g)) if full else None
    return Word(ITEM, role, None, label, full_mark, 0.97 if sure else 0.6)


def _great_item(text: str) -> Word | None:
    """Read 一、选择题(30分) as a part of the paper: a question only where no smaller ones stand beside it."""
    full = _ITEM_FULL_MARK.search(text)
    match = _GREAT_ITEM.match(text[: full.start()] if full else text)
    full_mark = float(next(g for g in full.groups() if g)) if full else None
    return Word(SUBTOTAL, None, None, match["label"], full_mark, 0.9) if match else None


def item_key(text: str) -> str | None:
    """Return the right option a folded question header ends with: A of 1(A); None where it names none."""
    match = _ITEM_KEY.search(text)
    return match[1] if match else None


def item_under(parent: str | None, child: str) -> str:
    """Return the label of a question under another: 17(1) for (1) under 17; 1 for (1) alone."""
    match = _SUB_ITEM.match(child)
    if not match:
        return child
    return f"{parent}{child}" if parent and parent[-1].isdigit() else match[1]


def full_mark_of(cell: Any) -> float | None:
    """Return the full mark a cell gives under or over a header: 150, 150分, (满分150); None for anything else."""
    if type(cell) in (int, float):
        return float(cell) if 0 < cell <= LARGEST_FULL_MARK else None
    match = _FULL_MARK_CELL.fullmatch(folded(cell))
    return float(match[1]) if match else None


def subject_in(text: str) -> str | None:
    """Return the one subject a title, sheet name or file name speaks of; None for none or several."""
    text = folded(text)
    found = set()
    for alias, code in subject_aliases().items():
        if len(alias) > 1 and not alias.isascii() and alias in text:
            found.add(code)
            text = text.replace(alias, " ")
    if not found and (exact := subject_aliases().get(text)):
        found.add(exact)
    return found.pop() if len(found) == 1 else None
