"""The door for a WSGI server."""

import os
import threading
import time

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kehu.web.site.settings")
application = get_wsgi_application()


def _end_with(parent: int) -> None:
    """End when the process that started this one is gone, killed perhaps, so that the port is free for the next."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


if os.environ.get("KEHU_SERVED_BY") == str(os.getppid()):
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True, name="parent").start()
