"""What can be wrong between sheets of one exam, once every row has its pupil."""

from zhiheng.files.problems import declare

declare(
    {
        "dataset.exam_other": "这些行属于另一次考试",
        "dataset.marks_clash": "同一名学生同一学科有两个不同的成绩，以后交的为准",
        "dataset.mark_over_full": "成绩超过满分，没有计入",
        "dataset.item_over_full": "小题分超过满分，没有计入",
        "dataset.mark_unread": "学生在表里，但这一科没有读到成绩",
        "dataset.sum_differs": "小题分之和与学科成绩不一致",
        "dataset.key_missing": "有选项没有标准答案，不能判分",
        "dataset.full_mark_proposed": "没有写满分，按最高分推定",
        "dataset.item_full_mark_proposed": "没有写小题满分，按最高得分推定",
        "dataset.scale_assumed": "成绩不像有满分的原始分，按量尺分处理",
        "dataset.roster_pupil_missing": "名册里的学生不在任何一张表里，按缺考计",
        "dataset.subject_row_missing": "学生没有出现在这一科的表里，按缺考计",
    }
)
