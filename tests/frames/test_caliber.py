"""口径: what is refused, and that the refusal names the parameter in Chinese."""

import pytest

from zhiheng.frames.caliber import LABELS, CaliberError, caliber_from_body, parameters, shipped_calibers
from zhiheng.standards.loader import load


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"pass": 1.2}, "pass", "及格线"),
        ({"low": 0.7}, "low", "低分线"),
        ({"excellent": 0.85555}, "excellent", "四位小数"),
        ({"denominator": "everybody"}, "denominator", "应为下列之一"),
        ({"denominator": "trim_lowest"}, "denominator_share", "去差均分"),
        ({"denominator_share": 1}, "denominator_share", "0 与 1 之间"),
        ({"guests": "maybe"}, "guests", "借读生"),
        ({"school_stages": ["university"]}, "school_stages", "学段"),
        ({"subject_weights": {"math": 0.5, "english": 0.4}}, "subject_weights", "0.9"),
        ({"composites": ["best"]}, "composites", "综合分方案"),
        ({"composites": ["S_value"]}, "composites", "优秀线"),
        ({"min_group": 0}, "min_group", "至少为 1"),
        ({"min_group": "十"}, "min_group", "读不懂"),
        ({"cheat_counts": "是"}, "cheat_counts", "读不懂"),
        ({"level": 95}, "level", "0.95"),
        ({"grade_shares": [0.5, 0.4]}, "grade_shares", "合计"),
        ({"discrimination_share": 0.6}, "discrimination_share", "0.27"),
        ({"bottom": 0}, "bottom", "0.30"),
        ({"trim_count": -1}, "trim_count", "负数"),
        ({"alpha_warning": 2}, "alpha_warning", "信度提示线"),
        ({"band_width": 0}, "band_width", "1 分"),
        ({"exellent": 0.8}, "exellent", "不认识"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(body, field, words):
    with pytest.raises(CaliberError) as caught:
        caliber_from_body(body, key="test")
    assert caught.value.field == field
    assert words in caught.value.for_user
    assert caught.value.for_user.startswith("口径参数“")


def test_weights_of_a_published_scheme_add_up_to_one():
    weights = {
        "chinese": 0.2,
        "math": 0.2,
        "english": 0.2,
        "physics": 0.1,
        "chemistry": 0.1,
        "politics": 0.06,
        "history": 0.06,
        "geography": 0.04,
        "biology": 0.04,
    }
    assert sum(caliber_from_body({"subject_weights": weights}, key="q2").subject_weights.values()) == 1


def test_three_calibers_are_shipped_with_their_source():
    assert [(key, float(own.excellent), float(own.low)) for key, own in shipped_calibers().items()] == [
        ("county_80_60_40", 0.80, 0.40),
        ("expected_85_60_30", 0.85, 0.30),
        ("primary_12_85", 0.85, 0.40),
    ]


@pytest.mark.parametrize("file", ["calibers", "composites"])
def test_every_definition_says_whence_and_since_when(file):
    for row in load(file):
        assert row["source"]
        assert row["confidence"] in ("found", "memory")
        assert row["valid_from"]
        assert row["kind"] == file.removesuffix("s")


def test_a_caliber_reads_as_a_footer():
    told = dict(parameters(shipped_calibers()["expected_85_60_30"]))
    assert told["优秀线"] == "0.85"
    assert told["分母"] == "应考人数（缺考按 0 分）"
    assert told["借读生"] == "不计入学校比较，计入班级诊断"
    assert list(told) == list(LABELS.values())
