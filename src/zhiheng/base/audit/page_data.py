"""Rows of the audit page: deeds in Chinese words, with their place in the hash chain."""

import json
from typing import Any

from zhiheng.base.audit.selectors import audit_visible
from zhiheng.base.components.ledger import Column
from zhiheng.base.scopes import Scope

MOST = 2000
"""Entries on the page; the export of a longer time is the auditor's query on the database."""
ACTIONS = {
    "upload.add": "上传文件",
    "upload.expire": "到期删除原件",
    "sheet.confirm": "确认一张表",
    "batch.confirm": "确认一批",
    "names.export": "导出含姓名的表",
    "pupil_names.read": "查看学生姓名",
    "upload_cell.read": "查看原表单元格",
    "dataset.publish": "数据入库",
    "analysis.run": "分析",
    "exam.create": "登记考试",
    "document.make": "生成文件",
    "document.zip": "打包文件",
    "document.fetch": "下载文件",
    "clock.step": "时钟一步完成",
    "definition.revise": "改口径",
    "person.create": "新建账号",
    "grant.add": "授予角色",
    "grant.remove": "收回角色",
    "password.change": "更换密码",
    "two_step.on": "开启两步验证",
    "two_step.off": "关闭两步验证",
    "help.ask": "学校请求帮助",
    "near_match.decide": "核定近似姓名",
    "pupil.merge": "合并学生",
    "pupil.split": "拆开学生",
    "submission.receive": "收到报表",
    "submission.return": "退回报表",
    "submission.confirm": "确认报表",
    "pupil_names.export": "导出含姓名的模板",
    "collection.open": "发出收表",
    "collection.close": "结束收表",
}
COLUMNS = [
    Column("number", "编号", "count"),
    Column("at", "时间", "moment"),
    Column("actor", "谁"),
    Column("action", "做了什么"),
    Column("purpose", "用途", phone=False),
    Column("detail", "内容", phone=False, wrap=True),
    Column("hash", "链", phone=False),
]


def audit_rows(scope: Scope) -> list[dict[str, Any]]:
    """Return the newest entries a scope may read."""
    return [
        {
            "number": entry.number,
            "at": entry.at,
            "actor": entry.actor,
            "action": ACTIONS.get(entry.action, entry.action),
            "purpose": entry.purpose,
            "detail": _detail(entry.detail),
            "hash": entry.hash[:12],
        }
        for entry in audit_visible(scope)[:MOST]
    ]


def _detail(detail: dict[str, Any]) -> str:
    """Return the entry's numbers and codes in one line; long values are cut, the row itself is kept whole."""
    return "；".join(
        f"{key}={_short(value)}" for key, value in detail.items() if value not in (None, "", {}, [])
    )


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:36]}…"
