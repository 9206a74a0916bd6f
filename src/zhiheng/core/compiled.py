"""Loops over rows and groups, compiled once and kept on disk.

Not for code that NumPy already does in one call.
"""

from collections.abc import Callable
from typing import Any

from numba import njit


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile with Numba and keep the machine code beside the source (or in NUMBA_CACHE_DIR).

    Where no place can be written to, the code is compiled anew in each process: slower to start, same numbers.
    """
    try:
        return njit(cache=True, error_model="numpy")(function)
    except RuntimeError:
        return njit(error_model="numpy")(function)
