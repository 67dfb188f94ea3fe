"""The command ``kehu``: every verb of the analysis, and the server.

Nothing heavy is imported before a command needs it, so that ``kehu --help`` answers at once.
"""

from kehu.cli.commands import app, main

__all__ = ["app", "main"]
