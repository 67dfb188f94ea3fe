"""What ``kehu serve``, ``kehu work`` and ``kehu owner`` do; the command line calls these."""

from __future__ import annotations

import importlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from ipaddress import ip_address
from pathlib import Path
from types import FrameType
from typing import Self

from kehu.analysis.errors import InputError, Sentence

_STOP_SECONDS = 10
"""How long a worker may take to put its job back."""


def serve(*, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Bring the database up to date, then serve the site and run one worker until interrupted.

    Raises InputError where the settings are odd, where local mode would be open to the network, or the port is taken.
    """
    prepare()
    _demand_loopback(host)
    _demand_free(host, port)
    with _WorkerProcess():
        _serve_site(host, port)


def work() -> None:
    """Run background jobs until interrupted; any number of workers may run beside each other."""
    prepare()
    _work(parent=None)


def owner(*, login: str, name: str, password: str) -> None:
    """Make the first account of a production server, its administrator. Raises InputError once anybody is there."""
    prepare()
    from django.contrib.auth.password_validation import validate_password  # noqa: PLC0415
    from django.core.exceptions import PermissionDenied, ValidationError  # noqa: PLC0415

    from kehu.web.people.actions import create_first_owner  # noqa: PLC0415

    try:
        validate_password(password)
        create_first_owner(login=login, name=name, password=password)
    except ValidationError as error:
        raise InputError(Sentence("the password is too weak"), remedy=" ".join(error.messages).rstrip(".")) from error
    except PermissionDenied as error:
        raise InputError(
            Sentence("somebody has an account already"), remedy=Sentence("Let an administrator add people")
        ) from error


def prepare() -> None:
    """Read the settings, make the data folder and its secret, bring the database up to date, make the local owner.

    Raises InputError where a setting is odd or the folder cannot be written.
    """
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kehu.web.site.settings")
    try:
        from kehu.web.site import settings  # noqa: PLC0415

        _make_home(settings.KEHU_HOME, secret=settings.LOCAL_SECRET if settings.KEHU_LOCAL else None)
    except ImproperlyConfigured as error:
        raise InputError(error.args[0], where=Sentence("settings")) from error
    except OSError as error:
        raise InputError(
            Sentence("cannot be written"), where=str(error.filename), remedy=Sentence("Set KEHU_HOME")
        ) from error
    _set_up_django()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=0)
    if settings.KEHU_LOCAL:
        _make_local_site()


def _make_local_site() -> None:
    """The owner of this machine and, the first time, the sample company."""
    from django.conf import settings  # noqa: PLC0415

    from kehu.web.insight import actions  # noqa: PLC0415
    from kehu.web.insight.queries import logs  # noqa: PLC0415
    from kehu.web.people.actions import make_local_owner  # noqa: PLC0415

    owner = make_local_owner()
    if settings.KEHU_SAMPLE and logs.nothing_there_yet():
        actions.add_samples(owner=owner)


def _make_home(home: Path, *, secret: Path | None) -> None:
    """The folder, for this user only, and a key of its own for signing cookies; then the settings are read again."""
    (home / "incoming").mkdir(mode=0o700, parents=True, exist_ok=True)
    if secret is not None and not secret.exists():
        descriptor = os.open(secret, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    from kehu.web.site import settings  # noqa: PLC0415

    importlib.reload(settings)


def _set_up_django() -> None:
    import django  # noqa: PLC0415 - the command line stays light until a server command runs

    django.setup()


def _demand_loopback(host: str) -> None:
    from django.conf import settings  # noqa: PLC0415

    try:
        inside = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        inside = False
    if settings.KEHU_LOCAL and not inside:
        raise InputError(
            Sentence("local mode signs in whoever reaches it, so it listens on this machine only"),
            where=Sentence("--host %(host)s", host=host),
            remedy=Sentence("Set KEHU_LOCAL=0 with KEHU_SECRET_KEY and KEHU_HOSTS to serve others"),
        )


def _demand_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise InputError(
                Sentence("cannot listen here (%(reason)s)", reason=str(error.strerror)),
                where=Sentence("%(host)s:%(port)d", host=host, port=port),
                remedy=Sentence("Choose another --port"),
            ) from error


def _serve_site(host: str, port: int) -> None:
    from granian import Granian  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    os.environ["KEHU_SERVED_BY"] = str(os.getpid())
    threading.Thread(target=_announce, args=(host, port), daemon=True).start()
    Granian(
        "kehu.web.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    ).serve()


def _announce(host: str, port: int) -> None:
    """Print the address once it answers."""
    shown = f"[{host}]" if ":" in host else host
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - read, not bound
    for _ in range(600):
        try:
            socket.create_connection((reached, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            print(f"Kehu is at http://{shown}:{port}/  (Ctrl-C stops it)", flush=True)  # noqa: T201
            return


class _WorkerProcess:
    """A worker in a process of its own, started again whenever it dies, stopped with the server."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True, name="worker")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _keep(self) -> None:
        command = [sys.executable, "-c", f"from kehu.web.commands import _work; _work(parent={os.getpid()})"]
        while not self._stopping.is_set():
            # A group of its own: Ctrl-C reaches the server, and the server stops the worker in order.
            with subprocess.Popen(command, process_group=0) as process:  # noqa: S603 - our own interpreter and words
                while process.poll() is None and not self._stopping.wait(0.2):
                    pass
                _end(process)
            self._stopping.wait(1)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _work(*, parent: int | None) -> None:
    """Run a worker; with a parent, only as long as that process lives."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kehu.web.site.settings")
    _set_up_django()
    from kehu.web.ledger.jobs.worker import Worker  # noqa: PLC0415

    worker = Worker(alive=lambda: parent is None or os.getppid() == parent)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.run()
