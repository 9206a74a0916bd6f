"""Loops over rows and groups, compiled once and kept on disk.

Not for code that NumPy already does in one call.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from numba import njit


def compiled(function: Callable[..., Any] | None = None, *, loose_sums: bool = False) -> Callable[..., Any]:
    """Compile with Numba and keep the machine code beside the source (or in NUMBA_CACHE_DIR).

    Where no place can be written to, the code is compiled anew in each process: slower to start, same numbers.
    With `loose_sums` the compiler may change the order of sums and round a product and a sum once, which lets
    loops run in vector registers. Compiled loops run beside other Python threads.
    """
    if function is None:
        return partial(compiled, loose_sums=loose_sums)
    options: dict[str, Any] = {"error_model": "numpy", "nogil": True}
    if loose_sums:
        options["fastmath"] = {"reassoc", "contract"}
    try:
        return njit(cache=True, **options)(function)
    except RuntimeError:
        return njit(**options)(function)
