"""Where intake stands in the rail."""

from zhiheng.base.access import INTAKE
from zhiheng.base.components.rail import RailItem

ITEMS = [RailItem("证据", "上传成绩和名册", "imports:list", INTAKE, order=20)]
