"""The form that takes in the list of a course."""

from typing import Any

from django import forms

from zhiheng.registry.schools.models import School, Term


class CourseListForm(forms.Form):
    """School, term, course, and its pupils one a line."""

    whole = ("pupils",)
    school = forms.ModelChoiceField(label="学校", queryset=School.objects.none(), empty_label=None)
    term = forms.ModelChoiceField(
        label="学期", queryset=Term.objects.order_by("-year", "-number"), empty_label=None
    )
    name = forms.CharField(label="课程", max_length=60, help_text="如：柳编、诗词吟诵、足球")
    pupils = forms.CharField(
        label="学生名单",
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="可从表格里复制一列：每行一个学籍号、考号、校内学号，或不重名的姓名。再次提交同一门课会替换原名单。",
    )

    def __init__(self, *args: Any, schools: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["school"]
        field.queryset = schools

    def clean_pupils(self) -> list[str]:
        """Return the lines."""
        return self.cleaned_data["pupils"].splitlines()
