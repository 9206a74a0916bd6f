"""Forms that note who set a paper and that check one against the rules in force."""

from typing import Any

from django import forms

from zhiheng.base.definitions.selectors import current
from zhiheng.evidence.exams.models import Paper
from zhiheng.evidence.papers.definition_kinds import KEY, KIND
from zhiheng.standards.subjects import subject_name


class PaperField(forms.ModelChoiceField):
    """Choose a paper by exam and subject."""

    def label_from_instance(self, obj: Any) -> str:
        """Return 2027届九年级一模 · 数学."""
        return f"{obj.exam.name} · {subject_name(obj.subject)}"


class AuthorForm(forms.Form):
    """Paper and person."""

    whole = ("paper",)
    paper = PaperField(label="试卷", queryset=Paper.objects.none(), empty_label=None)
    name = forms.CharField(label="命题人", max_length=40)
    organisation = forms.CharField(label="单位", max_length=80)

    def __init__(self, *args: Any, papers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["paper"]
        field.queryset = papers


class CheckForm(forms.Form):
    """Paper, one choice for each point of the rules in force, and what was found."""

    whole = ("paper", "found")
    paper = PaperField(label="试卷", queryset=Paper.objects.none(), empty_label=None)

    def __init__(self, *args: Any, papers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["paper"]
        field.queryset = papers
        self.points: dict[str, str] = current(KIND, KEY).body["checklist"]
        for code, text in self.points.items():
            self.fields[f"point_{code}"] = forms.ChoiceField(
                label=text, choices=[("yes", "符合"), ("no", "不符合")], widget=forms.RadioSelect
            )
        self.fields["found"] = forms.CharField(
            label="发现与处理", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
        )

    def clean(self) -> dict[str, Any]:
        """Gather the points into `answers`."""
        data = super().clean() or {}
        answers = {
            code: data.pop(f"point_{code}") == "yes" for code in self.points if f"point_{code}" in data
        }
        return {**data, "answers": answers}
