"""The form that appoints the head of a unit."""

from typing import Any

from django import forms

from zhiheng.base.clock import today
from zhiheng.registry.schools.models import School
from zhiheng.registry.teachers.models import Teacher
from zhiheng.registry.units.models import KINDS


class HeadForm(forms.Form):
    """School, unit, teacher, duties, first day. Teachers are those of the schools given."""

    whole = ("duties",)
    school = forms.ModelChoiceField(label="学校", queryset=School.objects.none(), empty_label=None)
    kind = forms.ChoiceField(label="哪一类", choices=list(KINDS.items()))
    unit = forms.CharField(label="名称", max_length=40, help_text="如：九年级、九(1)班、数学组、教导处")
    teacher = forms.ModelChoiceField(label="负责人", queryset=Teacher.objects.none())
    starts_on = forms.DateField(
        label="从哪天起", initial=today, widget=forms.DateInput(attrs={"type": "date"})
    )
    duties = forms.CharField(
        label="职责",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="负责什么、向谁报告。",
    )

    def __init__(self, *args: Any, schools: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        school: Any = self.fields["school"]
        teacher: Any = self.fields["teacher"]
        school.queryset = schools
        teacher.queryset = Teacher.objects.filter(school__in=schools)
