"""Where the quality of papers stands in the rail."""

from zhiheng.base.access import PAPER_QUALITY
from zhiheng.base.components.rail import RailItem

ITEMS = [RailItem("测量", "命题质量", "authorship:list", PAPER_QUALITY, order=70)]
