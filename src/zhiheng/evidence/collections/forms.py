"""Forms of asking for sheets and of sending one without an account."""

import datetime as dt
from typing import Any

from django import forms

from zhiheng.base.clock import SHANGHAI, now
from zhiheng.evidence.exams.models import Exam
from zhiheng.registry.schools.models import School

DEFAULT_DAYS = 3


class CollectionForm(forms.Form):
    """What is asked, from whom, until when."""

    exam = forms.ModelChoiceField(label="哪次考试", queryset=Exam.objects.none(), empty_label=None)
    due_at = forms.DateTimeField(
        label="什么时候前交",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    list_number = forms.CharField(label="表号", max_length=40, required=False, help_text="报表清单里的编号。")
    minutes = forms.IntegerField(label="填写约几分钟", min_value=1, max_value=240, initial=10)
    instruction = forms.CharField(
        label="填表说明", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="会印在模板第一行。不写则用：只填分数，不改表头、考号和姓名；没有参加考试的填“缺考”。",
    )  # fmt: skip
    schools = forms.ModelMultipleChoiceField(
        label="哪些学校", queryset=School.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一所学校。"},
    )  # fmt: skip

    def __init__(self, *args: Any, exams: Any, schools: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        exam_field: Any = self.fields["exam"]
        school_field: Any = self.fields["schools"]
        exam_field.queryset, school_field.queryset = exams, schools
        until = (now() + dt.timedelta(days=DEFAULT_DAYS)).astimezone(SHANGHAI)
        self.fields["due_at"].initial = until.replace(hour=17, minute=0, second=0, microsecond=0, tzinfo=None)


class ReturnForm(forms.Form):
    """Why a sheet goes back, one reason a line."""

    reasons = forms.CharField(
        label="退回理由", widget=forms.Textarea(attrs={"rows": 3}), help_text="一行一条，学校会照着改。",
        error_messages={"required": "退回要写明理由，学校才知道怎么改。"},
    )  # fmt: skip


class SendForm(forms.Form):
    """A file and who sends it."""

    sent_by = forms.CharField(
        label="您的姓名", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    file = forms.FileField(
        label="成绩表", help_text=".xlsx .xls .ods .csv 或 zip，最大 30 兆。图片不能读取，请发原始表格。",
        error_messages={"required": "请选择表格文件。", "empty": "这个文件是空的，请重新选择。"},
    )  # fmt: skip
