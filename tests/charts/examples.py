"""One small chart of every kind."""

from zhiheng.charts.data import Axis, ChartData, Kind, Reference
from zhiheng.files.number_formats import COEFFICIENT, COUNT, MARK, PERCENT

_RATE = Axis("得分率", "", PERCENT)
_NONE = Axis("")

EXAMPLES = {
    chart.kind: chart
    for chart in (
        ChartData(
            Kind.HISTOGRAM,
            "数学两成学生在 60 分以下",
            ((0.0, 30.0, 40), (30.0, 60.0, 160), (60.0, 90.0, 500), (90.0, 120.0, 300)),
            Axis("数学", "分"),
            Axis("人数", "人", COUNT),
            1000,
            references=(Reference("x", 72.0, "及格线"),),
        ),
        ChartData(
            Kind.BAR,
            "语文城乡差距可以区分",
            (("语文", 4.7, 2.9, 6.5, "self"), ("英语", -0.5, -2.0, 1.0, "")),
            Axis("城区减乡村", "分"),
            _NONE,
            5392,
            interval="黑线为95%区间",
        ),
        ChartData(
            Kind.GROUPED_BAR,
            "各类学校得分率",
            (("语文", "城区", 0.7), ("数学", "城区", 0.6), ("语文", "乡村", 0.66), ("数学", "乡村", 0.55)),
            _RATE,
            _NONE,
            5392,
        ),
        ChartData(
            Kind.DUMBBELL,
            "数学低分率上升",
            (("语文", 0.07, 0.072, ""), ("数学", 0.18, 0.21, "low")),
            Axis("低分率", "", PERCENT),
            _NONE,
            5392,
            names=(("before", "去年一模"), ("after", "今年一模")),
        ),
        ChartData(
            Kind.BOX,
            "两类学校相互重叠",
            (
                ("县城初中", 120.0, 250.0, 310.0, 370.0, 480.0, 1140),
                ("乡镇初中", 90.0, 220.0, 290.0, 350.0, 470.0, 773),
            ),
            Axis("总分", "分"),
            _NONE,
            1913,
        ),
        ChartData(
            Kind.FUNNEL,
            "三所学校中一所显著高",
            (
                ("", 40, 320.0, 280.0, 340.0, ""),
                ("", 100, 312.0, 290.0, 330.0, ""),
                ("", 300, 340.0, 300.0, 320.0, "high"),
            ),
            Axis("实考人数", "人", COUNT),
            Axis("总分均分", "分", MARK),
            440,
            references=(Reference("y", 310.0, "全县"),),
        ),
        ChartData(
            Kind.QUADRANTS,
            "第14题区分度为负",
            (("14", 0.18, -0.12, "low"), ("1", 0.7, 0.4, "")),
            Axis("难度（得分率）", "", COEFFICIENT, 0.0, 1.0),
            Axis("区分度", "", COEFFICIENT),
            5392,
        ),
        ChartData(
            Kind.HEATMAP,
            "函数在九(1)班最弱",
            (
                ("九(1)班", "函数", 0.3),
                ("九(2)班", "函数", 0.5),
                ("九(1)班", "统计", 0.8),
                ("九(2)班", "统计", 0.7),
            ),
            _RATE,
            _NONE,
            90,
        ),
        ChartData(
            Kind.BAND,
            "数学低于同类校中段",
            (
                ("语文", 0.7, 0.65, 0.72, 0.69, ""),
                ("数学", 0.5, 0.55, 0.63, 0.6, "low"),
                ("英语", 0.5, None, None, 0.6, ""),
            ),
            _RATE,
            _NONE,
            180,
        ),
        ChartData(
            Kind.LINE,
            "低分率连续两次上升",
            (("八下", "本校", 0.1), ("九上", "本校", 0.12), ("八下", "全县", 0.1), ("九上", "全县", 0.1)),
            _NONE,
            Axis("低分率", "", PERCENT),
            180,
        ),
        ChartData(
            Kind.CURVES,
            "起点越高，后来的成绩越集中",
            tuple(
                (name, at / 4, at * slope / 4)
                for name, slope in (("中位", 0.7), ("第90百分位", 0.9))
                for at in range(9)
            ),
            Axis("起点", "标准分"),
            Axis("现在", "标准分"),
            180,
        ),
    )
}
