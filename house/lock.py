"""Compile the hashed locks from ``pyproject.toml``: no host name, no annotation, all platforms."""

from __future__ import annotations

import subprocess
import sys

LOCKS = {
    "dev": ["--extra", "server", "--extra", "pdf", "--extra", "spark", "--group", "dev"],
    "run": ["--extra", "server", "--extra", "pdf", "--group", "build"],
}


def main() -> None:
    """Write requirements/*.lock."""
    for name, parts in LOCKS.items():
        print(f"· requirements/{name}.lock", flush=True)
        subprocess.run(
            [
                sys.executable,
                "-m",
                "uv",
                "pip",
                "compile",
                "--quiet",
                "--universal",
                "--python-version",
                "3.11",
                "--generate-hashes",
                "--no-emit-index-url",
                "--no-annotate",
                "--no-header",
                *parts,
                "pyproject.toml",
                "-o",
                f"requirements/{name}.lock",
                "--system-certs",
            ],
            check=True,
        )


if __name__ == "__main__":
    main()
