"""What growth percentiles refuse to do, said so that a person at the bureau can act on it.

Not about wrong arguments from code: those are plain `ValueError`.
"""


class GrowthRefused(ValueError):
    """The scores do not allow growth percentiles. `for_user` is a Chinese sentence."""

    def __init__(self, for_user: str) -> None:
        super().__init__(for_user)
        self.for_user = for_user


class TooFewStudents(GrowthRefused):
    """Fewer complete rows (`found`) than the fit takes (`needed`)."""

    def __init__(self, found: int, needed: int) -> None:
        super().__init__(
            f"算成长百分位的学生太少：两次成绩都有的只有 {found} 人，至少需要 {needed} 人。"
            "请并入更多学校或年份，或改用已有的基准年常模。"
        )
        self.found, self.needed = found, needed


class NoSpread(GrowthRefused):
    """All scores of one sitting are the same, or there is none (`score` is None)."""

    def __init__(self, sitting: str, score: float | None) -> None:
        what = "没有任何成绩" if score is None else f"所有学生都是 {score:g} 分，分不出高低"
        super().__init__(f"{sitting}{what}，算不了成长百分位。请检查是否读错了列。")
