"""What ``kehu serve`` and ``kehu work`` do; the command line calls these."""

from __future__ import annotations

import os
import secrets


def set_up_django() -> None:
    """Read the settings and load the rooms; safe to call twice."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kehu.web.site.settings")
    import django  # noqa: PLC0415 - the command line stays light until a server command runs

    django.setup()


def prepare() -> None:
    """Make the data folder with its secret, bring the database up to date and, in local mode, make the owner."""
    from kehu.web.site import settings  # noqa: PLC0415

    settings.KEHU_HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
    if settings.KEHU_LOCAL and not settings.LOCAL_SECRET.exists():
        descriptor = os.open(settings.LOCAL_SECRET, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    set_up_django()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=0)
    if settings.KEHU_LOCAL:
        from kehu.web.people.actions import make_local_owner  # noqa: PLC0415

        make_local_owner()


def serve(*, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Bring the database up to date and serve the site until interrupted."""
    prepare()
    from granian import Granian  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415

    print(f"Kehu is at http://{host}:{port}/  (Ctrl-C stops it)", flush=True)  # noqa: T201
    Granian(
        "kehu.web.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        log_enabled=False,
    ).serve()
