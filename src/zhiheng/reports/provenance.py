"""What every document says of its own numbers: the 口径 in force, versions, the footer. Nothing about results."""

from collections.abc import Sequence
from decimal import Decimal

from zhiheng.files.document import Definitions
from zhiheng.frames.caliber import DENOMINATORS, GUEST_RULES, LABELS, SD_KINDS, Caliber, parameters
from zhiheng.reports.facts.changes import Changes
from zhiheng.reports.facts.composites import Scheme
from zhiheng.reports.facts.results import Results


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"


def _lines(caliber: Caliber) -> list[tuple[str, str]]:
    """Return each rate with its line, as printed."""
    lines = [("优秀", "≥", caliber.excellent), ("及格", "≥", caliber.pass_), ("低分", "＜", caliber.low)]
    return [(f"{name}率", f"{sign}{_percent(share)}") for name, sign, share in lines]


def footer(results: Results, schemes: Sequence[Scheme] = ()) -> str:
    """Return the line at the foot of every page; `schemes` of 综合分 where the document prints some."""
    caliber = results.caliber
    scored = f"综合分按{'、'.join(scheme.cited for scheme in schemes)}。" if schemes else ""
    return (
        f"口径 {caliber.title} 第{caliber.version}版；区间为 95%。{scored}"
        f"数据{results.dataset_version}，方法 {results.method_version}"
    )


def subtitle(results: Results, reader: str) -> str:
    """Return who made it, from which data, for whom."""
    exam = results.exam
    return f"{exam.organisation}{exam.office} · 数据{results.dataset_version} · {reader}"


def properties(results: Results, since: Changes | None = None) -> dict[str, str]:
    """Return the versions a file carries inside, those of the exam compared with too."""
    caliber = results.caliber
    found = {
        "考试": results.exam.name,
        "数据版本": results.dataset_version,
        "口径": f"{caliber.title} 第{caliber.version}版（{caliber.key}）",
        "方法版本": results.method_version,
    }
    if since:
        found["可比考试"] = f"{since.earlier.name}，数据{since.dataset_version}"
    if results.baseline:
        start = results.baseline
        found["增值起点"] = f"{start.exam}，数据{start.dataset_version}，方法 {start.method_version}"
    if results.exam.filing_number:
        found["考试备案号"] = results.exam.filing_number
    return found


_GROWTH = (
    ("增值", "本校学生比全县起点相同的学生平均多考的分，按本次试卷计；只描述差别，不说明原因。"),
    (
        "成长百分位",
        "60 读作：一半学生的成绩超过了约 60% 起点相同的学生；起点为前一次各科标准分的平均。",
    ),
)


def definitions(results: Results, schemes: Sequence[Scheme] = ()) -> Definitions:
    """Return how each quantity is defined under the 口径 in force, and the `schemes` of 综合分 a document prints."""
    caliber = results.caliber
    entries = [
        ("应考、实考", "应考为本次应参加的人数；实考为有成绩的人数；参考率＝实考÷应考。缺考不等于零分。"),
        ("均分", "按实考：总分÷实考人数；按应考：缺考按 0 分计。两者不同时并列。"),
        *(
            (name, f"得分{line}满分的人数÷{DENOMINATORS[caliber.denominator]}")
            for name, line in _lines(caliber)
        ),
        ("得分率、难度", "均分÷满分，越高越易。"),
        ("标准差", SD_KINDS[caliber.sd]),
        (
            "区间",
            "95%区间：同样规模、同类学生再考一次，数值可能落在的范围。区间包含 0 的差异写作“尚不能区分”。",
        ),
        ("在全县的位置", "（均分－全县均分）÷全县学生的标准差；0 为全县平均。两次考试只比较位置。"),
        ("与全县比较", "按人数给出的区间以外为显著高或显著低，区间以内为无法区分；不排名次。"),
        *(_GROWTH if results.baseline else ()),
        ("差异系数", "各校均分按人数加权的标准差÷全县均分。"),
        *(
            (scheme.short, f"{scheme.title}，第{scheme.version}版；来源：{scheme.source}。均分按卷面分计入。")
            for scheme in schemes
        ),
        ("借读生", GUEST_RULES[caliber.guests]),
        (
            "小样本",
            f"不足 {caliber.min_group} 人的群体，以及可据以推算出它们的数值，不列；本校的小群体列出，仅供参考。",
        ),
        ("口径", f"{caliber.title} 第{caliber.version}版（{caliber.key}）"),
        ("数据与方法", f"数据{results.dataset_version}，方法 {results.method_version}"),
    ]
    return Definitions(tuple(entries))


def in_force(results: Results) -> Definitions:
    """Return every parameter of the 口径; schemes of 综合分 stand among the definitions where they are printed."""
    rows = tuple(row for row in parameters(results.caliber) if row[0] != LABELS["composites"])
    return Definitions(rows, "口径参数")
