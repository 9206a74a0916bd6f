"""The roles of the system and the two sides they stand on. What a role may open is in `base.access`."""

ROLES = {
    "BL": "局领导",
    "OF": "办公室",
    "RO": "教研室",
    "RS": "教研员",
    "IN": "督导",
    "BE": "基教学籍",
    "PS": "人事",
    "PF": "计财",
    "PR": "校长",
    "DL": "教导主任",
    "CA": "班主任",
    "TE": "教师",
    "PA": "家长",
    "ST": "学生",
    "AU": "审计",
    "AD": "系统管理员",
}
COUNTY_ROLES = frozenset({"BL", "OF", "RO", "RS", "IN", "BE", "PS", "PF", "AU", "AD"})
SCHOOL_ROLES = frozenset({"PR", "DL", "CA", "TE"})
