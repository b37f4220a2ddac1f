"""Ask for known vulnerabilities of every package that the locks name: `make audit`.

Exit code 0: all were asked about, and none has any. 1: some have. 2: not all could be asked about,
which is no clean bill: pip-audit alone ends well where it was told of no package at all.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

LOCKS = ("base", "dev", "audit")
CLEAN, VULNERABLE, NOT_ASKED = 0, 1, 2


def main(program: str, folder: Path) -> int:
    """The exit code; what was found goes to the output, what could not be asked to standard error."""
    worst = CLEAN
    for name in LOCKS:
        lock = folder / f"{name}.lock"
        told = asked(program, lock)
        if told is None:
            say(
                f"!!! {lock}: nobody could be asked, so NOTHING was audited. Is this machine offline?"
            )
            return NOT_ASKED
        found = [one for one in told if one.get("vulns")]
        skipped = [str(one["name"]) for one in told if "skip_reason" in one]
        for one in found:
            ids = ", ".join(vuln["id"] for vuln in one["vulns"])
            fixed = sorted({fix for vuln in one["vulns"] for fix in vuln.get("fix_versions", ())})
            say(
                f"{lock}: {one['name']} {one['version']} has {ids}; fixed in {fixed or 'no version'}"
            )
        if skipped:
            say(
                f"!!! {lock}: {len(skipped)} of {len(told)} packages could NOT be audited, "
                f"{', '.join(skipped[:5])} among them. Is the index a mirror without advisories?"
            )
        worst = max(worst, VULNERABLE if found else CLEAN, NOT_ASKED if skipped else CLEAN)
        if not found and not skipped:
            sys.stdout.write(f"{lock}: {len(told)} packages, no vulnerability is known\n")
    return worst


def asked(program: str, lock: Path) -> "list[dict[str, object]] | None":
    """What is told of each package of a lock; None if nobody could be asked."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        done = subprocess.run(
            [
                *(program, "--requirement", str(lock), "--require-hashes", "--disable-pip"),
                *("--format", "json", "--output", str(report), "--progress-spinner", "off"),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if not report.exists():
            say(done.stderr.strip().rpartition("\n")[2])
            return None
        told: list[dict[str, object]] = json.loads(report.read_text())["dependencies"]
        return told or None


def say(line: str) -> None:
    """Tell what nobody is to miss."""
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
