"""Install what some tests need beyond Python packages: Chromium and PostgreSQL.

Run by `make test` before pytest. As root on Debian it installs what is missing; elsewhere it says what is
missing, and the tests concerned skip with the reason. Under CI=true a missing piece is an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NEEDS = {
    "chromium": ["chromium"],
    "postgres": ["postgresql"],
    "mdb-export": ["mdbtools"],
}


def found(program: str) -> bool:
    if program == "postgres":
        return any(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return shutil.which(program) is not None


def main() -> int:
    missing = [program for program in NEEDS if not found(program)]
    if not missing:
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        packages = [package for program in missing for package in NEEDS[program]]
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        quiet = {"env": environment, "stdout": subprocess.DEVNULL, "check": False}
        subprocess.run(["apt-get", "update", "-q"], **quiet)
        subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages], **quiet)
        missing = [program for program in missing if not found(program)]
    for program in missing:
        print(f"missing: {program}; the tests that need it are skipped", file=sys.stderr)
    return 1 if missing and os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
