"""Known weaknesses of the locked packages, by pip-audit; says plainly where its database cannot be reached."""

from __future__ import annotations

import subprocess
import sys

OUT_OF_REACH = (
    "ConnectionError",
    "NameResolutionError",
    "Max retries exceeded",
    "ServiceError",
    "Temporary failure",
    "Connection refused",
)


def main() -> None:
    """Audit both locks; a weakness fails, an unreachable database is told and passes."""
    for lock in ("run", "dev"):
        command = [
            sys.executable,
            "-m",
            "pip_audit",
            "--disable-pip",
            "--require-hashes",
            "-r",
            f"requirements/{lock}.lock",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
        if done.returncode and any(word in said for word in OUT_OF_REACH) and "Found" not in said:
            print(f"requirements/{lock}.lock: NOT audited, the database of weaknesses cannot be reached from here")
            continue
        print(f"requirements/{lock}.lock: {said.strip().splitlines()[-1] if said.strip() else 'nothing known'}")
        if done.returncode:
            sys.exit(said)


def _path(lock: str) -> str:
    return f"requirements/{lock}.lock"


if __name__ == "__main__":
    main()
