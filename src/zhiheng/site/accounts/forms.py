"""Forms of a new account and of one role over one unit."""

from typing import Any

from django import forms

from zhiheng.base.access import FAMILY
from zhiheng.base.roles import COUNTY_ROLES, ROLES
from zhiheng.registry.schools.models import School
from zhiheng.standards.subjects import subjects


class PersonForm(forms.Form):
    """A new account; the password is made by the program and must be changed at the first sign-in."""

    display_name = forms.CharField(label="姓名（页面上显示）", max_length=40)
    username = forms.RegexField(
        r"^[A-Za-z0-9_.-]{3,30}$",
        label="用户名",
        help_text="3 到 30 位字母、数字或 _ . -",
        error_messages={"invalid": "用户名只能用 3 到 30 位字母、数字或 _ . -"},
    )


class GrantForm(forms.Form):
    """A role, the school and class it holds over, and limits."""

    role = forms.ChoiceField(
        label="角色",
        choices=[("", "请选择"), *((code, word) for code, word in ROLES.items() if code not in FAMILY)],
        error_messages={"required": "请选一个角色。"},
    )
    school = forms.ModelChoiceField(
        label="学校", queryset=School.objects.filter(merged_into=None), required=False, empty_label="全县"
    )
    class_label = forms.CharField(label="班级", required=False, help_text="班主任和教师填，如 九(1)班。")
    subject = forms.ChoiceField(
        label="学科", required=False, help_text="教研员和任课教师填；只看这一科。",
        choices=[("", "不限"), *((s.code, s.name) for s in subjects().values())],
    )  # fmt: skip
    valid_to = forms.DateField(label="到期日", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        """A county role has no school; a school role has one, and a class where it is of a class."""
        data = super().clean() or {}
        role, school = data.get("role"), data.get("school")
        if role in COUNTY_ROLES and school:
            self.add_error("school", f"“{ROLES[str(role)]}”是全县的角色，不选学校。")
        if role and role not in COUNTY_ROLES and not school:
            self.add_error("school", f"“{ROLES[str(role)]}”要选学校。")
        if role in {"CA", "TE"} and not data.get("class_label"):
            self.add_error("class_label", "班主任和教师要填班级。")
        return data
