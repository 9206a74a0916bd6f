"""Forms of signing in, changing a password, and two-step codes."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm


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
