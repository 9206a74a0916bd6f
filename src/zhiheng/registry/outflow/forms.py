"""Forms that note how many pupils left. There is no field for a person, a school that invites, or a promise."""

from django import forms

from zhiheng.base.clock import today

SOURCE_HELP = "从哪份名册或报表数出来的，如：2026年高中新生学籍转出名册。"


class OutflowForm(forms.Form):
    """Year, place, count, source."""

    whole = ("source",)
    year = forms.IntegerField(label="中考年份", min_value=2000, max_value=2100, initial=lambda: today().year)
    destination = forms.CharField(
        label="去了哪里", max_length=40, help_text="只写地方：邻县、市区、外市、外省。"
    )
    pupils = forms.IntegerField(label="人数", min_value=0)
    source = forms.CharField(label="来源", max_length=160, help_text=SOURCE_HELP)


class TopOutflowForm(forms.Form):
    """Year, how many of the first so many left, source."""

    whole = ("source",)
    year = forms.IntegerField(label="中考年份", min_value=2000, max_value=2100, initial=lambda: today().year)
    among = forms.IntegerField(label="前多少名", min_value=10, initial=50)
    left = forms.IntegerField(label="其中流出", min_value=0, help_text="只记人数，不记是谁。")
    source = forms.CharField(label="来源", max_length=160, help_text=SOURCE_HELP)
