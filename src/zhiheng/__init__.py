"""质衡 Zhiheng: from the sheets schools send to numbers a county can act on.

Layers, lowest first: core, standards, frames | files, charts, base, registry, evidence, measures,
reports, demo, site | cli. `.importlinter` holds the order.
"""

__version__ = "0.1.0"
