"""Pinyin and initials of Chinese names, for search and sorting. Not for printing."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin


@lru_cache(maxsize=50_000)
def pinyin_of(text: str) -> tuple[str, str]:
    """Return (syllables joined by blanks, first letters), lower case: 石桥镇 → ("shi qiao zhen", "sqz")."""
    syllables = [part.lower() for part in lazy_pinyin(text, style=Style.NORMAL)]
    initials = "".join(part if part.isascii() and not part.isalpha() else part[:1] for part in syllables)
    return " ".join(syllables), initials


def spelled(text: str) -> str:
    """Return the initials and the whole pinyin of a text, in which to look for what a person types."""
    syllables, initials = pinyin_of(text)
    return f"{initials} {syllables.replace(' ', '')}"
