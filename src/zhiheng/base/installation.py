"""Bring a data home up to this release: database tables and shipped definitions. Safe to run every start."""

import fcntl

from django.core.management import call_command

from zhiheng.base.definitions.services import definitions_seed
from zhiheng.base.storage import home


def installation_prepare() -> None:
    """Migrate the database and seed what the software ships."""
    home().mkdir(parents=True, exist_ok=True)
    # Two commands on a new home would both make the tables: the second waits for the first.
    with (home() / ".prepare").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        call_command("migrate", verbosity=0, interactive=False)
        definitions_seed()
