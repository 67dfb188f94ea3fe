"""A trigger that refuses any change of a ledger row, whoever tries."""

from typing import Any

from django.db import migrations

SQLITE = """
CREATE TRIGGER ledger_event_is_append_only BEFORE UPDATE ON ledger_event
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""
POSTGRESQL = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$;
CREATE TRIGGER ledger_event_is_append_only BEFORE UPDATE OR DELETE ON ledger_event
FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
"""


def create(_apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def drop(_apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP TRIGGER ledger_event_is_append_only" + (
        " ON ledger_event; DROP FUNCTION ledger_refuse_change()" if schema_editor.connection.vendor == "postgresql" else ""
    ))


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
