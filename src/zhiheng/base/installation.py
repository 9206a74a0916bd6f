"""Bring a data home up to this release: database tables and shipped definitions. Safe to run every start."""

from django.core.management import call_command

from zhiheng.base.definitions.services import definitions_seed


def installation_prepare() -> None:
    """Migrate the database and seed what the software ships."""
    call_command("migrate", verbosity=0, interactive=False)
    definitions_seed()
