"""The command line: options in, one service call, a result printed. No rules live here."""

from zhiheng.cli.commands import main

__all__ = ["main"]
