"""Answer a request for a page with a ledger: the page, only the table (htmx), or the full result as a workbook."""

import io
from typing import Any

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from zhiheng.base.components.ledger import Column, Ledger

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {"count": "#,##0", "points": "0.0", "percent": "0.0%", "signed": "+0.0;-0.0;0.0"}


def ledger_page(
    request: HttpRequest, template: str, context: dict[str, Any], *ledgers: Ledger
) -> HttpResponse:
    """Return the page, or the part of it that was asked for. Each ledger is in the context under its own name."""
    for ledger in ledgers:
        if request.GET.get("export") == ledger.name and ledger.exportable:
            return workbook_response(ledger)
        if request.headers.get("HX-Target") == ledger.name:
            return render(request, "components/ledger.html", {"ledger": ledger})
    return render(request, template, {**context, **{ledger.name: ledger for ledger in ledgers}})


def workbook_response(ledger: Ledger) -> HttpResponse:
    """Return every matched row and every column as a workbook; numbers stay numbers."""
    response = HttpResponse(workbook(ledger), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"{ledger.title}.xlsx")
    return response


def workbook(ledger: Ledger) -> bytes:
    """Return the workbook's bytes."""
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("数据")
        head = book.add_format({"bold": True, "bottom": 1})
        formats = {kind: book.add_format({"num_format": pattern}) for kind, pattern in FORMATS.items()}
        place = 0
        for column in ledger.columns:
            labels = [column.label]
            if column.kind.startswith("interval"):
                labels = [f"{column.label}下限", f"{column.label}上限"]
            for part, label in enumerate(labels):
                sheet.write_string(0, place, label, head)
                sheet.set_column(place, place, max(10, 2 * len(label) + 2))
                for number, row in enumerate(ledger.matched, start=1):
                    _write(sheet, number, place, column, row, part, formats)
                place += 1
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(ledger.matched), max(place - 1, 0))
    return sink.getvalue()


def _write(
    sheet: Any, row_number: int, place: int, column: Column, row: Any, part: int, formats: Any
) -> None:
    value = row.get(column.key)
    if column.kind.startswith("interval"):
        value = value[part] if value else None
        kind = "percent" if column.kind == "interval_percent" else "points"
    else:
        kind = column.kind
    if value is None:
        return
    if kind in formats:
        sheet.write_number(row_number, place, float(value), formats[kind])
    else:
        # As text, so that nothing a sheet says becomes a formula here.
        sheet.write_string(row_number, place, column.text(row))
