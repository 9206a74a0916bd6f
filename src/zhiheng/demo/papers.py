"""Item sheets and blueprints: 小题分 with option letters, 客观题作答, 双向细目表 with the published key.

Pages only. The key printed here is what schools were told, wrong or not.
"""

from typing import Any

from zhiheng.demo.exams import OPTIONS, Responses, Sitting
from zhiheng.demo.layouts import class_label
from zhiheng.demo.returns import Return
from zhiheng.demo.workbook import Column, Page

ITEM_KINDS = {"choice": "单选题", "multiple": "多选题", "open": "解答题"}
WHO = [("学校", "school"), ("班级", "class"), ("姓名", "name"), ("考号", "ticket")]


def sat_rows(sitting: Sitting, subject: str, made: dict[int, Return]) -> list[tuple[int, dict[str, Any]]]:
    """Rows of the pupils who have a mark in the subject: who they are, marks `m<k>` and letters `o<k>` by item."""
    answers = sitting.responses[subject]
    state = sitting.status[subject].to_list()
    marks, options = answers.marks.tolist(), answers.options.tolist()
    choice = [kind != "open" for kind in answers.items["kind"]]
    rows = []
    for sent in made.values():
        for key, cells in sent.rows:
            if state[key] != "normal":
                continue
            line = {header: cells[header] for _, header in WHO}
            line["class"] = class_label(sent.grade, cells["class"])
            line.update({f"m{k}": mark for k, mark in enumerate(marks[key])})
            line.update({f"o{k}": OPTIONS[code] for k, code in enumerate(options[key]) if choice[k]})
            line["objective"] = sum(m for m, c in zip(marks[key], choice, strict=True) if c)
            line["subjective"] = sum(marks[key]) - line["objective"]
            line["total"] = sum(marks[key])
            rows.append((key, line))
    return rows


def letters_then_marks(answers: Responses, rows: list[tuple[int, dict[str, Any]]], name: str) -> Page:
    """Flat header 第1题 …: letters for choice items, marks for the others; 客观分, 主观分 and 总分 between."""
    columns = [Column((header,), field) for header, field in WHO]
    columns += [
        Column((h,), f) for h, f in (("总分", "total"), ("客观分", "objective"), ("主观分", "subjective"))
    ]
    for k, (label, kind) in enumerate(answers.items.select("label", "kind").iter_rows()):
        columns.append(Column((f"第{label}题",), f"m{k}" if kind == "open" else f"o{k}"))
    return Page(name).table(columns, rows)


def letters_and_marks(answers: Responses, rows: list[tuple[int, dict[str, Any]]], name: str) -> Page:
    """Two header rows: 第1题 merged over 作答 and 得分 for choice items, 得分 alone for the others; 总分 last."""
    columns = [Column((header, ""), field) for header, field in WHO]
    for k, (label, kind) in enumerate(answers.items.select("label", "kind").iter_rows()):
        if kind != "open":
            columns.append(Column((f"第{label}题", "作答"), f"o{k}"))
        columns.append(Column((f"第{label}题", "得分"), f"m{k}"))
    columns.append(Column(("总分", ""), "total"))
    return Page(name).table(columns, rows)


def blueprint(answers: Responses, title: str) -> Page:
    """双向细目表: item, kind, full mark, knowledge point, ability level, planned facility, key as published."""
    headers = {
        "题号": "label",
        "题型": "kind",
        "分值": "full_mark",
        "知识点": "knowledge",
        "能力层级": "ability",
        "预估难度": "expected_facility",
        "参考答案": "key",
    }
    columns = [Column((header,), field) for header, field in headers.items()]
    rows = [
        (k, {**item, "kind": ITEM_KINDS[item["kind"]]})
        for k, item in enumerate(answers.items.iter_rows(named=True))
    ]
    page = Page("双向细目表").title(title, width=len(columns)).table(columns, rows)
    page.rows.append(["合计", "", sum(item["full_mark"] for _, item in rows)])
    return page
