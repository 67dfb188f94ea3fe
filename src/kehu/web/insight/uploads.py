"""Receiving a file: streamed to disk beside the logs, stopped at the limit."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

_FORM_BYTES = 65_536
"""What the form's other fields and the boundaries may take."""
TOO_LARGE = "kehu.upload_too_large"


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Writes to ``FILE_UPLOAD_TEMP_DIR``, in the data folder, so that keeping the file is a rename."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803 - the name that Django gives it
        content_length: int,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """Note what says of itself that it is too large; it is refused before its first byte is kept."""
        self._announced = content_length
        return super().handle_raw_input(input_data, META, content_length, *args, **kwargs)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        if self._announced > settings.KEHU_UPLOAD_MAX_BYTES + _FORM_BYTES:
            self._refuse()
        self._received = 0
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Write a piece; stop once there is too much, whatever was promised."""
        self._received += len(raw_data)
        if self._received > settings.KEHU_UPLOAD_MAX_BYTES:
            self._refuse()
        super().receive_data_chunk(raw_data, start)
        return None

    def _refuse(self) -> None:
        if self.request is not None:
            self.request.META[TOO_LARGE] = True
        raise StopUpload(connection_reset=True)


def was_too_large(request: HttpRequest) -> bool:
    """Whether the upload of this request was stopped at the limit."""
    return bool(request.META.get(TOO_LARGE))
