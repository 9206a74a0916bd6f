"""The form that puts a test into the monitoring plan."""

from django import forms

from zhiheng.evidence.exams.models import KINDS
from zhiheng.registry.schools.grades import GRADE_NAMES
from zhiheng.standards.subjects import subjects


class PlanForm(forms.Form):
    """Grade, subject, module, kind, day, and what the rules ask to be written down."""

    whole = ("sampling_design",)
    grade = forms.TypedChoiceField(label="年级", choices=list(GRADE_NAMES.items()), coerce=int)
    subject = forms.ChoiceField(label="学科")
    module = forms.CharField(label="模块", max_length=60, help_text="如：阅读与表达、数与代数、实验探究")
    kind = forms.ChoiceField(
        label="类别",
        choices=[each for each in KINDS.items() if each[0] != "school_final"],
        initial="monitoring",
    )
    planned_on = forms.DateField(label="计划日期", widget=forms.DateInput(attrs={"type": "date"}))
    mock_number = forms.TypedChoiceField(
        label="第几次模拟", choices=[("", "不是模拟"), (1, "第一次"), (2, "第二次")],
        coerce=int, empty_value=None, required=False,
    )  # fmt: skip
    filing_number = forms.CharField(label="备案号", max_length=60, required=False)
    sampling_design = forms.CharField(
        label="抽样方案", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="监测要写明总体、抽样方法、样本量；可以先登记，办之前补齐。",
    )  # fmt: skip

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["subject"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.code, each.name) for each in subjects().values()]
