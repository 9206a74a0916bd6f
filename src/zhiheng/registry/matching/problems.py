"""What can be wrong between a row and the registry."""

from zhiheng.files.problems import declare

declare(
    {
        "match.school_ambiguous": "学校名称对应多所学校，需要乡镇或学校代码才能分清",
        "match.school_missing": "表里没有写学校",
        "match.school_other": "学校自己的考试里有别的学校的学生",
        "match.school_new": "名册里没有这所学校，已暂建",
        "match.grade_other": "这一行的年级不是本次考试的年级",
        "match.grade_missing": "看不出这一行是哪个年级",
        "match.person_unknown": "这一行既没有姓名，也没有学籍号或考号",
        "match.ids_disagree": "同一行的学籍号和考号指向两名学生",
        "match.id_and_name_disagree": "同一行的编号和姓名指向两名学生",
        "match.name_differs": "姓名与编号登记的姓名不同，已按编号计入",
        "match.names_shifted": "连续多行的姓名与编号错位",
        "match.namesakes": "同班有同名学生，没有编号分不清是谁",
        "match.school_differs": "学生的学籍在另一所学校，按借读计入",
        "match.near": "与名册里的学生很接近，等待人工确认",
    }
)
