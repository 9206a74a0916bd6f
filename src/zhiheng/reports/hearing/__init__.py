"""党组汇报稿: the report read to the party group."""
