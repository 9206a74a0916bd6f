"""How `zhiheng inspect` reads to a person: each sheet, each column, then every problem as a sentence."""

from zhiheng.files.problems import column_letters
from zhiheng.files.reading import Reading
from zhiheng.files.sheets import KINDS, ROLES, ColumnReading, Records
from zhiheng.standards.subjects import subject_name

DOUBTFUL = 0.6


def inspection_text(reading: Reading) -> str:
    """Return everything `inspect` found, in Chinese."""
    lines: list[str] = []
    for sheet in reading.sheets:
        lines += _sheet_lines(sheet)
    lines += [f"· {problem.sentence}" for problem in reading.problems]
    rows = sum(sheet.rows_in for sheet in reading.sheets)
    if not reading.sheets and not reading.problems:
        return "没有找到表格文件。能读 .xlsx、.xls、.csv，以及装着它们的文件夹和 zip。"
    said = f"发现 {len(reading.problems)} 个问题" if reading.problems else "没有发现问题"
    lines.append(f"共检查 {len(reading.sheets)} 张表、{rows} 行，{said}。")
    return "\n".join(lines)


def _sheet_lines(records: Records) -> list[str]:
    reading = records.reading
    header = "、".join(str(row) for row in reading.header_rows) or "无"
    lines = [
        f"{reading.file} ›「{reading.sheet}」：{KINDS[reading.kind]}，表头第{header}行；"
        f"读入 {records.rows_in} 行 = 采用 {records.rows_accepted} + 列出 {records.rows_listed}"
    ]
    return lines + [f"    {_column_text(column)}" for column in reading.columns] + [""]


def _column_text(column: ColumnReading) -> str:
    header = column.header.replace("\n", " ") or "（无表头）"
    role = ROLES[column.role]
    if column.subject:
        role = f"{subject_name(column.subject)} {role}"
    if column.item:
        role += f" 第{column.item}题"
    if column.full_mark:
        role += f"（满分 {column.full_mark:g}）"
    doubt = f"，把握 {column.confidence:.0%}" if column.confidence < DOUBTFUL else ""
    return f"{column_letters(column.column)}列 {header} → {role}{doubt}"
