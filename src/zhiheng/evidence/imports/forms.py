"""Forms of the intake wizard."""

from typing import Any

from django import forms

from zhiheng.base.intake.models import Batch
from zhiheng.evidence.exams.models import Exam
from zhiheng.files.problems import column_letters
from zhiheng.files.sheets import KINDS, ROLES
from zhiheng.standards.subjects import subjects


class BatchForm(forms.Form):
    """What a batch is for. `exams` are those the person may open."""

    purpose = forms.ChoiceField(
        label="这一批是", choices=Batch.PURPOSES, widget=forms.RadioSelect, initial="scores"
    )
    title = forms.CharField(label="名称", max_length=160, help_text="如：九年级一模成绩（第一次报送）")
    exam = forms.ModelChoiceField(
        label="哪次考试", queryset=Exam.objects.none(), required=False, empty_label="先不选，确认时再定",
        help_text="成绩要选；名册不用选。",
    )  # fmt: skip

    def __init__(self, *args: Any, exams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["exam"]
        field.queryset = exams


class ReaddressForm(forms.Form):
    """Another exam for a batch. `exams` are those the person may open."""

    exam = forms.ModelChoiceField(label="改到", queryset=Exam.objects.none(), empty_label=None)

    def __init__(self, *args: Any, exams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["exam"]
        field.queryset = exams


class TakeInForm(forms.Form):
    """What is asked before a batch is taken in: the exam where it is not known, and whether it is a correction.

    `exams` are those the person may open, None where nothing is to be chosen.
    """

    exam = forms.ModelChoiceField(label="这是哪次考试的成绩", queryset=Exam.objects.none(), empty_label=None)
    carry = forms.BooleanField(
        label="其余学校沿用上一版",
        required=False,
        help_text="这一批只是更正时勾选：上一版的文件照旧，同名的文件、同一格的成绩以这一批为准。",
    )

    def __init__(self, *args: Any, exams: Any, correcting: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if exams is None:
            del self.fields["exam"]
        else:
            field: Any = self.fields["exam"]
            field.queryset = exams
        if exams is None and not correcting:
            del self.fields["carry"]


CONTEXT_LABELS = {"school": "学校", "grade": "年级", "class": "班级", "subject": "学科", "exam": "考试"}
COLUMN_FIELDS = {"role": "当作", "subject": "学科", "item": "题号", "full": "满分"}


class SheetForm(forms.Form):
    """Kind of a sheet, what holds for all its rows, and the role of each column."""

    kind = forms.ChoiceField(label="这张表是", choices=list(KINDS.items()))

    def __init__(self, data: Any, *, reading: dict[str, Any]) -> None:
        super().__init__(data)
        self.fields["kind"].initial = reading["kind"]
        for name, label in CONTEXT_LABELS.items():
            self.fields[f"context_{name}"] = forms.CharField(
                label=f"整张表的{label}", required=False, initial=reading["context"].get(name, "")
            )
        self.fields["context_subject"] = forms.ChoiceField(
            label="整张表的学科",
            choices=_subjects(),
            required=False,
            initial=reading["context"].get("subject", ""),
        )
        self.columns = reading["columns"]
        for column in self.columns:
            number = column["column"]
            self.fields[f"role_{number}"] = forms.ChoiceField(
                choices=list(ROLES.items()), initial=column["role"], required=False
            )
            self.fields[f"subject_{number}"] = forms.ChoiceField(
                choices=_subjects(), initial=column["subject"] or "", required=False
            )
            self.fields[f"item_{number}"] = forms.CharField(
                max_length=20, initial=column["item"] or "", required=False
            )
            self.fields[f"full_{number}"] = forms.FloatField(
                initial=_plain(column["full_mark"]), required=False
            )
            for name, label in COLUMN_FIELDS.items():
                spoken = f"{column_letters(number)} 列 {column['header']}：{label}"
                self.fields[f"{name}_{number}"].widget.attrs["aria-label"] = spoken

    def column_fields(self) -> list[dict[str, Any]]:
        """Return each column with its four fields, for the table."""
        return [
            {
                "column": column,
                **{name: self[f"{name}_{column['column']}"] for name in COLUMN_FIELDS},
            }
            for column in self.columns
        ]

    def context_fields(self) -> list[Any]:
        """Return the fields of what holds for all rows."""
        return [self[f"context_{name}"] for name in CONTEXT_LABELS]

    def changes(self) -> dict[str, Any]:
        """Return what `sheet_confirm` takes: only what differs from the proposal."""
        data = self.cleaned_data
        found: dict[str, Any] = {"kind": data["kind"], "columns": {}, "context": {}}
        found["context"] = {name: data[f"context_{name}"].strip() for name in CONTEXT_LABELS}
        for column in self.columns:
            number = column["column"]
            wanted = {
                "role": data[f"role_{number}"] or column["role"],
                "subject": data[f"subject_{number}"] or None,
                "item": data[f"item_{number}"].strip() or None,
                "full_mark": data[f"full_{number}"],
            }
            changed = {name: value for name, value in wanted.items() if value != column[name]}
            if changed:
                found["columns"][number] = changed
        return found


def _subjects() -> list[tuple[str, str]]:
    return [("", "—"), *((s.code, s.name) for s in subjects().values())]


def _plain(full_mark: float | None) -> str:
    """Return 120 for 120.0, so that the field shows what the sheet says."""
    return "" if full_mark is None else f"{full_mark:g}"
