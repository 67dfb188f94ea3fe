"""Imported logs, what the analysis says of them, and the screens that show it."""
