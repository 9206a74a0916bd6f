"""The audit trail in Chinese words: deeds, the names of what is told about them, and the codes in it."""

import json
import re
from collections.abc import Mapping
from typing import Any

from zhiheng.base.roles import ROLES
from zhiheng.files.sheets import KINDS as SHEETS
from zhiheng.standards.subjects import subject_name, subjects

ACTIONS = {
    "analysis.run": "分析",
    "batch.carry": "沿用上一版的学校",
    "batch.confirm": "确认一批",
    "batch.readdress": "把一批改到另一次考试",
    "clock.step": "时钟一步完成",
    "collection.close": "结束收表",
    "collection.open": "发出收表",
    "course_list.take": "导入课程名单",
    "dataset.publish": "数据入库",
    "definition.revise": "改口径",
    "document.fetch": "下载文件",
    "document.make": "生成文件",
    "document.zip": "打包文件",
    "exam.caliber": "换一次考试的口径",
    "exam.create": "登记考试",
    "external.note": "登记外部比较",
    "grant.add": "授予角色",
    "grant.remove": "收回角色",
    "help.ask": "学校请求帮助",
    "names.export": "导出含姓名的表",
    "near_match.decide": "核定近似姓名",
    "outflow.note": "登记外流人数",
    "paper.check": "按细则核对试卷",
    "paper_author.add": "登记命题人",
    "password.change": "更换密码",
    "person.create": "新建账号",
    "planned_test.add": "加一项监测",
    "pupil.merge": "合并学生",
    "pupil.split": "拆开学生",
    "pupil_names.export": "导出含姓名的模板",
    "pupil_names.read": "查看学生姓名",
    "roster.import": "导入名册",
    "school.claim": "认领暂建学校",
    "school.merge": "合并学校",
    "sheet.confirm": "确认一张表",
    "sign_in.fail": "登录没有成功",
    "sign_in.lock": "连续错误，锁定登录",
    "sign_in.pass": "登录",
    "sign_out.pass": "退出",
    "submission.confirm": "确认报表",
    "submission.receive": "收到报表",
    "submission.return": "退回报表",
    "top_outflow.note": "登记前列学生外流",
    "two_step.off": "关闭两步验证",
    "two_step.on": "开启两步验证",
    "unit_head.appoint": "任命负责人",
    "upload.add": "上传文件",
    "upload.expire": "到期删除原件",
    "upload.withdraw": "撤下文件",
    "upload_cell.read": "查看原表单元格",
}
FIELDS = {
    "accepted": "采用",
    "address": "来自地址",
    "among": "前多少名",
    "asked": "请求",
    "batch": "批次",
    "cell": "单元格",
    "classes": "班级",
    "collection": "收表",
    "decision": "结论",
    "definition": "口径",
    "destination": "去向",
    "due_at": "截止",
    "exam": "考试",
    "filing_number": "备案号",
    "files": "文件数",
    "format": "格式",
    "from": "由",
    "grade": "年级",
    "held": "符合",
    "indicator": "指标",
    "into": "并入",
    "item_marks": "小题分",
    "keep_until": "保留到",
    "key": "代号",
    "kind": "种类",
    "kinds": "种类",
    "left": "流出",
    "lines": "行数",
    "list_number": "表号",
    "listed": "列出",
    "marks": "成绩",
    "module": "模块",
    "name": "名称",
    "on": "日期",
    "paper": "试卷",
    "points": "要点",
    "pupils": "学生",
    "reasons": "理由",
    "role": "角色",
    "row": "行",
    "rows_accepted": "采用行",
    "rows_in": "读到行",
    "rows_listed": "列出行",
    "rule": "细则版本",
    "schools": "学校",
    "sent_by": "上报人",
    "sha256": "校验码",
    "sheet": "第几张表",
    "size": "字节",
    "starts_on": "起始",
    "step": "环节",
    "subject": "学科",
    "teacher": "教师",
    "to": "到",
    "tries": "次数",
    "unit": "单位",
    "unit_kind": "单位种类",
    "unknown": "未识别",
    "unknown_name": "不存在的用户名（摘要）",
    "upload": "文件",
    "uploads": "文件",
    "username": "用户名",
    "version": "第几版",
    "year": "年份",
}
CODES = {
    **{code: subject_name(code) for code in subjects()},
    **ROLES,
    **SHEETS,
    "county": "全县",
    "town": "乡镇",
    "school": "学校",
    "class": "班级",
    "pupil": "学生",
    "subject_group": "学科组",
    "office": "处室",
    "same": "是同一人",
    "other": "不是同一人",
}
"""Codes that stand in entries as values. A code of a later stage that is not here is shown as it stands."""
LONGEST = 40
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")
"""Ids and hashes; their first `SHOWN` digits are enough to tell two apart on a page."""
SHOWN = 8


def action_words(action: str) -> str:
    """Return what was done, 数据入库."""
    return ACTIONS.get(action, action)


def detail_words(detail: Mapping[str, Any]) -> str:
    """Return what an entry tells in one line; long values are cut, the row itself is kept whole."""
    told = ((key, value) for key, value in detail.items() if value not in (None, "", {}, []))
    return "；".join(f"{FIELDS.get(key, key)} {_short(value)}" for key, value in told)


def _short(value: Any) -> str:
    if isinstance(value, str):
        text = value[:SHOWN] if ID.fullmatch(value) else CODES.get(value, value)
    elif isinstance(value, list):
        text = "、".join(_short(each) for each in value)
    else:
        text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 4]}…"
