"""学校分析报告: one school's own slice."""
