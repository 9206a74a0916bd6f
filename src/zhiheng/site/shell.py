"""What every page shows around its content: navigation, the inbox count, who is signed in."""

from typing import Any


def shell(request: Any) -> dict[str, Any]:
    """Give templates the shell of this request."""
    return {}
