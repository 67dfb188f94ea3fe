"""The server half: Django."""
