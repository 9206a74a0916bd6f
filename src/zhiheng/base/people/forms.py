"""Forms of signing in, changing a password, two-step codes, and granting roles."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm

from zhiheng.base.people.models import ROLES, User


class SignInForm(AuthenticationForm):
    """Name and password."""

    error_messages = {
        "invalid_login": "用户名或密码不对。连续错 5 次会锁定 15 分钟。",
        "inactive": "这个账号已停用，请联系系统管理员。",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "用户名"
        self.fields["password"].label = "密码"


class TokenForm(forms.Form):
    """The six digits of an authenticator."""

    token = forms.RegexField(
        r"^\s*\d{6}\s*$",
        label="验证码",
        help_text="打开手机上的验证器，输入六位数字。",
        error_messages={"invalid": "验证码是六位数字。"},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}
        ),
    )


class NewPasswordForm(PasswordChangeForm):
    """Old password, new one twice."""

    error_messages = {
        "password_incorrect": "旧密码不对。",
        "password_mismatch": "两次输入的新密码不一样。",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {"old_password": "旧密码", "new_password1": "新密码", "new_password2": "再输一遍新密码"}
        for name, label in labels.items():
            self.fields[name].label = label
        self.fields["new_password1"].help_text = "至少 10 位，不要用常见的词。"


class PersonForm(forms.Form):
    """A new account."""

    display_name = forms.CharField(label="姓名（页面上显示）", max_length=40)
    username = forms.RegexField(
        r"^[A-Za-z0-9_.-]{3,30}$",
        label="用户名",
        help_text="3 到 30 位字母、数字或 _ . -",
        error_messages={"invalid": "用户名只能用 3 到 30 位字母、数字或 _ . -"},
    )

    def clean_username(self) -> str:
        """Refuse a name that is taken."""
        name = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError("这个用户名已有人用。")
        return name


class GrantForm(forms.Form):
    """One role over one unit. `units` are (kind:id, label) pairs the granting person may choose from."""

    role = forms.ChoiceField(label="角色", choices=[(k, v) for k, v in ROLES.items()])
    unit = forms.ChoiceField(label="管到哪里")
    subject = forms.ChoiceField(label="只看学科", required=False)
    valid_to = forms.DateField(label="到期日", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(
        self, *args: Any, units: list[tuple[str, str]], subjects: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.fields["subject"].choices = [("", "不限"), *subjects]  # type: ignore[attr-defined]
