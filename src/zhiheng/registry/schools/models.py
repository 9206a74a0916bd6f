"""Where pupils learn. A class is school + entry year + number, so 七(1)班 is 八(1)班 next year."""

import uuid

from django.db import models

ORIGINS = [("roster", "名册"), ("provisional", "暂建")]


class Town(models.Model):
    """A town or street office, in the bureau's order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=40, unique=True)
    pinyin = models.CharField(max_length=160, blank=True)
    initials = models.CharField(max_length=40, blank=True)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order", "pinyin"]

    def __str__(self) -> str:
        return self.name


class School(models.Model):
    """A school or site. `code` is the ministry's ten digits where known; two schools may share a name."""

    AREAS = [("city", "城区"), ("town", "镇区"), ("village", "乡村")]
    STAGES = [
        ("kindergarten", "幼儿园"),
        ("primary", "小学"),
        ("nine_year", "九年一贯制"),
        ("junior", "初中"),
        ("complete", "完全中学"),
        ("senior", "普通高中"),
        ("vocational", "职业学校"),
        ("special", "特殊教育"),
    ]
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    short_name = models.CharField(max_length=40, blank=True)
    pinyin = models.CharField(max_length=300, blank=True)
    initials = models.CharField(max_length=80, blank=True)
    code = models.CharField(max_length=10, null=True, blank=True, unique=True)
    town = models.ForeignKey(Town, on_delete=models.PROTECT, null=True, related_name="schools")
    area = models.CharField(max_length=8, choices=AREAS, blank=True)
    stage = models.CharField(max_length=12, choices=STAGES, blank=True)
    school_type = models.CharField(max_length=20, blank=True)  # the bureau's comparison group
    private = models.BooleanField(default=False)
    hub = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="sites")  # 中心校
    primary_years = models.PositiveSmallIntegerField(default=6)  # 六三 or 五四
    order = models.PositiveIntegerField(default=0)
    origin = models.CharField(max_length=12, choices=ORIGINS, default="roster")
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    predecessors = models.ManyToManyField("self", symmetrical=False, related_name="successors")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")

    scope_by = {"school": "id", "town": "town_id"}

    class Meta:
        ordering = ["order", "pinyin"]

    def __str__(self) -> str:
        return self.name


class Campus(models.Model):
    """One place where a school teaches."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="campuses")
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=160, blank=True)

    scope_by = {"school": "school_id"}


class Term(models.Model):
    """One term of an academic year. `year` is the year in which the academic year began."""

    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()  # 1 or 2
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ["year", "number"]
        constraints = [models.UniqueConstraint(fields=["year", "number"], name="term_once")]

    def __str__(self) -> str:
        return f"{self.year}—{self.year + 1}学年 第{'一二'[self.number - 1]}学期"


class Class(models.Model):
    """A class: school, the year its pupils entered this stage, and its number, or its name where it has none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="classes")
    stage = models.CharField(
        max_length=8, choices=[("primary", "小学"), ("junior", "初中"), ("senior", "高中")]
    )
    entry_year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=20, blank=True, default="")  # 实验班; its number is 0
    track = models.CharField(max_length=20, blank=True)  # 物理, 历史
    origin = models.CharField(max_length=12, choices=ORIGINS, default="roster")

    scope_by = {"school": "school_id", "class": "id"}

    class Meta:
        ordering = ["school__order", "stage", "-entry_year", "number", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "stage", "entry_year", "number", "name"], name="class_once"
            )
        ]
