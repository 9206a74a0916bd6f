"""全县质量分析报告: the county's own report, section by section."""
