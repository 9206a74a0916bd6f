"""The form for the bureau's next version of a definition: one field per parameter, in Chinese."""

from typing import Any

from django import forms

from zhiheng.base.definitions.models import Definition
from zhiheng.base.definitions.selectors import in_force
from zhiheng.frames.caliber import DENOMINATORS, GUEST_RULES, LABELS, SCHOOL_STAGES, SD_KINDS, TRIM_WITHIN

CHOICES = {"denominator": DENOMINATORS, "guests": GUEST_RULES, "sd": SD_KINDS, "trim_within": TRIM_WITHIN}
OTHER_LABELS = {
    "county": "县名",
    "organisation": "单位全称",
    "office": "承办科室",
    "weights": "权重",
    "kind": "算法",
    "basis": "命题依据",
    "facility_low": "难度下限",
    "facility_high": "难度上限",
    "checklist": "核对清单",
}


def parameter_label(name: str) -> str:
    """Return what a parameter is called on a page."""
    return LABELS.get(name) or OTHER_LABELS.get(name, name)


def parameter_text(name: str, value: Any) -> str:
    """Return a parameter's value as a page shows it."""
    if name in CHOICES and value in CHOICES[name]:
        return CHOICES[name][value]
    if name == "school_stages":
        return "、".join(SCHOOL_STAGES.get(each, each) for each in value)
    if name == "composites":
        titles = {each.key: each.title for each in in_force("composite")}
        return "、".join(titles.get(each, each) for each in value) or "不用"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(str(each) for each in value)
    if isinstance(value, dict):
        return "；".join(f"{parameter_label(key)} {parameter_text(key, each)}" for key, each in value.items())
    if isinstance(value, float) and 0 < value < 1:
        return f"{value * 100:g}%"
    return "不用" if value is None else str(value)


class DefinitionForm(forms.Form):
    """Title, reason, and the parameters of the version it follows."""

    title = forms.CharField(label="名称", max_length=120)
    source = forms.CharField(label="依据", max_length=200, help_text="文件号、会议，或为什么改。")

    def __init__(self, data: Any, *, definition: Definition) -> None:
        super().__init__(data)
        self.body = definition.body
        self.fields["title"].initial = definition.title
        for name, value in definition.body.items():
            self.fields[f"p_{name}"] = _field(name, value)

    def new_body(self) -> dict[str, Any]:
        """Return the body with what was typed, in the types it had."""
        return {name: _typed(self.cleaned_data[f"p_{name}"], old) for name, old in self.body.items()}


def _field(name: str, value: Any) -> forms.Field:
    label = parameter_label(name)
    if name in CHOICES:
        return forms.ChoiceField(label=label, choices=list(CHOICES[name].items()), initial=value)
    if name == "school_stages":
        return forms.MultipleChoiceField(
            label=label,
            choices=list(SCHOOL_STAGES.items()),
            initial=value,
            widget=forms.CheckboxSelectMultiple,
        )
    if name == "composites":
        schemes = [(each.key, each.title) for each in in_force("composite")]
        return forms.MultipleChoiceField(
            label=label, choices=schemes, initial=value, required=False, widget=forms.CheckboxSelectMultiple
        )
    if isinstance(value, bool):
        return forms.BooleanField(label=label, initial=value, required=False)
    if isinstance(value, (int, float)):
        text = "0 到 1 之间，0.6 即 60%" if isinstance(value, float) and value <= 1 else ""
        return forms.DecimalField(label=label, initial=value, help_text=text)
    if isinstance(value, (list, dict)):
        return forms.JSONField(label=label, initial=value, widget=forms.Textarea(attrs={"rows": 3}))
    return forms.CharField(label=label, initial=value, required=value is not None)


def _typed(value: Any, old: Any) -> Any:
    if isinstance(old, bool) or value is None:
        return value
    if isinstance(old, int) and value == int(value):
        return int(value)
    if isinstance(old, (int, float)):
        return float(value)
    return value
