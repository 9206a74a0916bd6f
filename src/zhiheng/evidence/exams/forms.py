"""The form that files an exam."""

from decimal import Decimal
from typing import Any

from django import forms

from zhiheng.evidence.exams.models import KINDS
from zhiheng.evidence.exams.papers import PaperPlan
from zhiheng.registry.schools.grades import GRADE_NAMES
from zhiheng.registry.schools.models import School
from zhiheng.standards.subjects import subjects

DATE = forms.DateInput(attrs={"type": "date"})


class ExamForm(forms.Form):
    """Name, kind, grade, days, filing, papers. `schools` limits a school's own exam to those of the person."""

    name = forms.CharField(label="考试名称", max_length=120, help_text="如：2027届九年级第一次模拟考试")
    kind = forms.ChoiceField(label="考试类别", choices=list(KINDS.items()))
    grade = forms.TypedChoiceField(label="年级", choices=list(GRADE_NAMES.items()), coerce=int, initial=9)
    starts_on = forms.DateField(label="开考日期", widget=DATE)
    ended_on = forms.DateField(label="结束日期", widget=DATE, help_text="十四天时钟从这一天起算。")
    school = forms.ModelChoiceField(
        label="只属于哪所学校",
        queryset=School.objects.none(),
        required=False,
        empty_label="全县（或抽测范围）",
        help_text="学校自己的期末（期中）考试选本校：只供本校分析，局里看不到。",
    )
    mock_number = forms.TypedChoiceField(
        label="第几次模拟", choices=[("", "不是模拟"), (1, "第一次"), (2, "第二次")],
        coerce=lambda v: int(v) if v else None, empty_value=None, required=False,
    )  # fmt: skip
    filing_number = forms.CharField(label="备案号", max_length=60, required=False)
    filing_basis = forms.CharField(
        label="依据", max_length=300, required=False, help_text="批准单位和文号；抽样监测写抽样方案。"
    )
    papers = forms.CharField(
        label="学科与满分",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "语文 120\n数学 120\n英语 120"}),
        help_text="每行一科：学科 满分。可以先不填，上传成绩表时从表头识别。",
    )

    def __init__(self, *args: Any, schools: Any, own_only: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["school"]
        field.queryset = schools
        if own_only:
            field.empty_label, field.required = None, True
            self.fields["kind"].initial = "school_final"

    def clean_papers(self) -> list[PaperPlan]:
        """Read the lines as papers."""
        known = {s.name: s.code for s in subjects().values()} | {
            alias: s.code for s in subjects().values() for alias in s.aliases
        }
        plans = []
        for line in self.cleaned_data["papers"].splitlines():
            if not line.strip():
                continue
            name, _, full = line.strip().replace("：", " ").rpartition(" ")
            name, full = (name or full).strip(), full if name else ""
            if name not in known:
                raise forms.ValidationError(f"不认识学科“{name}”。请写全名，如“道德与法治 100”。")
            if full and not full.replace(".", "", 1).isdecimal():
                raise forms.ValidationError(f"“{line}”的满分应为数字，如“数学 120”。")
            plans.append(PaperPlan(known[name], Decimal(full) if full else None))
        return plans

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        data = super().clean() or {}
        if data.get("starts_on") and data.get("ended_on") and data["ended_on"] < data["starts_on"]:
            self.add_error("ended_on", "结束日期不能早于开考日期。")
        return data
