"""Everything that happens, as append-only events; and the jobs that react to them."""
