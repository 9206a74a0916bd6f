"""Where the audit trail stands in the rail."""

from zhiheng.base.access import AUDIT
from zhiheng.base.components.rail import RailItem

ITEMS = [RailItem("设置", "审计", "audit:list", AUDIT, order=50)]
