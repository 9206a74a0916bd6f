"""Cover what may tell who a pupil is, leaving enough to see what kind of thing it was."""

import re
from collections.abc import Collection

from zhiheng.files.text import clean_name

MASK = "＊"
PERSONAL = frozenset({"name", "ticket", "student_no", "other_id", "ignore"})
"""Roles whose cells may identify a pupil; a column nobody understood may hold names too."""
_QUOTED = re.compile("“([^”]+)”")


def covered(text: str) -> str:
    """Return the first character and a mark for each of the others: 张＊＊."""
    return text[:1] + MASK * (len(text) - 1)


def names_covered(sentence: str, names: Collection[str]) -> str:
    """Return a sentence in which a quoted cell that holds one of the names is covered.

    A name slipped into a column of marks would otherwise stand, unsealed, in the list of problems.
    """
    return _QUOTED.sub(lambda m: f"“{covered(m[1])}”" if clean_name(m[1]) in names else m[0], sentence)
