"""The form that notes an external comparison."""

from django import forms

from zhiheng.base.clock import today


class ExternalForm(forms.Form):
    """Year, indicator, own figure, the others', source."""

    whole = ("others", "source")
    year = forms.IntegerField(label="年份", min_value=2000, max_value=2100, initial=lambda: today().year)
    indicator = forms.CharField(label="指标", max_length=60, help_text="如：九年级学业水平考试及格率")
    own = forms.CharField(label="本县", max_length=40)
    others = forms.CharField(label="外部情况", max_length=160, help_text="如：全市及格率55.1%")
    source = forms.CharField(label="来源", max_length=160, help_text="哪份文件、哪次会议、第几页。")
