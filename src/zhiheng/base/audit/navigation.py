"""Where the audit trail stands in the rail."""

from zhiheng.base.components.rail import RailItem
from zhiheng.base.people.access import AUDIT

ITEMS = [RailItem("设置", "审计", "audit:list", AUDIT, order=50)]
