"""ChartData as SVG or PNG through vl-convert, without a browser. The page draws the same specification itself."""

from functools import cache, lru_cache

import vl_convert

from zhiheng.charts.data import ChartData
from zhiheng.charts.vega import vega_spec
from zhiheng.files.fonts import chinese_font_folders

PRINT_SCALE = 2.5
"""Picture pixels for each pixel of the specification: 240 dots per inch at the size documents use."""


@cache
def _register_fonts() -> None:
    """Tell the renderer where Chinese glyphs are: without them it leaves every label out and says nothing."""
    for folder in chinese_font_folders():
        vl_convert.register_font_directory(folder)


@lru_cache(maxsize=64)
def svg(chart: ChartData, *, titled: bool = True) -> str:
    """Return the picture as SVG text; a document written in three formats draws it once.

    Raises
    ------
    FontsMissing
        The Chinese fonts are not installed.
    """
    _register_fonts()
    return vl_convert.vegalite_to_svg(vega_spec(chart, titled=titled))


def png(chart: ChartData, *, titled: bool = True, scale: float = PRINT_SCALE) -> bytes:
    """Return the same picture as PNG; raises `FontsMissing` as `svg` does."""
    return vl_convert.svg_to_png(svg(chart, titled=titled), scale=scale, ppi=72)
