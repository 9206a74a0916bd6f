"""Where intake stands in the rail."""

from zhiheng.base.components.rail import RailItem
from zhiheng.base.people.access import INTAKE

ITEMS = [RailItem("证据", "上传成绩和名册", "imports:list", INTAKE, order=20)]
