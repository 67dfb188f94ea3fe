from __future__ import annotations

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_the_migrations_say_what_the_models_say():
    """Prints the missing migration; on both databases the schema of a fresh start is the one the code expects."""
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
