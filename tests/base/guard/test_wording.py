"""What must not leave the bureau is found in the words of the seed documents, and plain findings pass."""

import pytest

from zhiheng.base.guard.wording import WordingRefused, breaches_in, wording_enforce


@pytest.mark.row("S002-41")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("全县最高分712分", "top_pupil"),
        ("我县考生王某获全市理科状元", "top_pupil"),
        ("600分以上492人，700分以上66人", "score_line"),
        ("高分段名列前茅", "place"),
        ("二本以上上线人数830人", "admission"),
        ("今年首次录取清华", "admission"),
        ("优秀率位居全市第3", "place"),
        ("及格率全市第二名", "place"),
    ],
)
def test_phrases_of_the_old_bulletins_are_refused_with_what_to_write_instead(text, code):
    assert code in {each.code for each in breaches_in([text])}
    with pytest.raises(WordingRefused) as refused:
        wording_enforce([text])
    assert all(each.instead in refused.value.for_user for each in refused.value.breaches)


@pytest.mark.row("S002-41")
@pytest.mark.parametrize(
    "text",
    [
        "数学低分率上升，集中在函数。",
        "第3次模拟",
        "满分600分",
        "与全县无法区分",
        "及格≥60%",
        "不排名次",
        "第一中学",
    ],
)
def test_ordinary_findings_pass(text):
    assert breaches_in([text]) == []
