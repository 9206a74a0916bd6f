"""Gather the tables of this stage's folders, where Django looks for them."""

from zhiheng.base.discovery import stage_modules

for _module in stage_modules(__package__, "models"):
    pass
