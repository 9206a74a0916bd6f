"""Find the Chinese fonts that documents and charts embed. Not for Word, which names fonts by GB/T 9704."""

import os
from functools import cache
from pathlib import Path

SANS = "Noto Sans CJK SC"
SERIF = "Noto Serif CJK SC"
_FILES = ("NotoSansCJK-Regular", "NotoSansCJK-Bold", "NotoSerifCJK-Regular", "NotoSerifCJK-Bold")


class FontsMissing(RuntimeError):
    """The Chinese fonts are not installed; `str()` is a sentence for the person who runs the server."""


def font_directories() -> list[Path]:
    """Return the folders where fonts are looked for: ZHIHENG_FONTS, then fontconfig's usual ones."""
    data = [
        Path(folder) / "fonts"
        for folder in os.environ.get("XDG_DATA_DIRS", "/usr/local/share:/usr/share").split(":")
    ]
    own = [Path.home() / ".local/share/fonts", Path.home() / ".fonts"]
    chosen = os.environ.get("ZHIHENG_FONTS")
    return ([Path(chosen)] if chosen else []) + own + data


@cache
def chinese_fonts() -> tuple[Path, ...]:
    """Return the four font files (sans and serif, regular and bold).

    Raises
    ------
    FontsMissing
        One of them is in none of `font_directories()`.
    """
    found = []
    for stem in _FILES:
        hits = (
            hit
            for folder in font_directories()
            if folder.is_dir()
            for hit in sorted(folder.rglob(f"{stem}.*"))
        )
        path = next(hits, None)
        if path is None:
            raise FontsMissing(
                f"没有找到中文字体 {stem}，无法生成 PDF 和图。请安装 fonts-noto-cjk"
                "（apt install fonts-noto-cjk），或用环境变量 ZHIHENG_FONTS 指明字体所在的文件夹。"
            )
        found.append(path)
    return tuple(found)


@cache
def chinese_font_folders() -> tuple[str, ...]:
    """Return the folders that hold `chinese_fonts()`, each once."""
    return tuple(dict.fromkeys(str(path.parent) for path in chinese_fonts()))
