"""What to look into where a difference was found. Marks say where and how large, never why."""

from zhiheng.reports.facts.statements import Statement
from zhiheng.standards.subjects import subject_name

UNKNOWN = "成绩数据只说明差异在哪里、有多大，不能单独说明原因。"
_DIRECTIONS = {
    "knowledge": "{subject}失分集中的知识点，核查教学进度、课堂落实和讲评是否到位",
    "area_gap": "城乡差距较大的学科，核查师资配备、班额和教研覆盖",
    "low_participation": "参考率偏低的学校，核查缺考学生去向和原因",
    "group_gap": "有差距的学生群体，核查帮扶和家校联系记录",
    "low_rate": "{subject}低分率较高，核查需要关注的学生名单和辅导记录",
    "change": "{subject}与上次相比的变化，核查教学安排有无调整",
    "suspect_key": "{subject}存疑的题目，核查标准答案、扫描和评卷记录",
}


def to_look_into(statement: Statement) -> str:
    """Return what to look into, without the closing 。; "" where a statement asks for nothing."""
    direction = _DIRECTIONS.get(statement.key, "")
    return direction.format(subject=subject_name(statement.subject) if statement.subject else "")
