"""`make audit` says what it found, and never that all is well where it could not ask."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parent.parent / ".ci" / "audit.py"
SOUND = {"name": "django", "version": "5.2.19", "vulns": []}
VULNERABLE = {
    "name": "django",
    "version": "4.2.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["4.2.1"]}],
}
SKIPPED = {"name": "amqp", "skip_reason": "not found on PyPI"}
PROGRAM = """#!{python}
import json, sys
told = json.loads({told!r})
if told is None:
    sys.exit("requests.exceptions.ConnectionError: no route to host")
with open(sys.argv[sys.argv.index("--output") + 1], "w") as file:
    json.dump({{"dependencies": told}}, file)
sys.exit(any(one.get("vulns") for one in told))
"""


@pytest.mark.parametrize(
    ("told", "code", "sentence"),
    [
        ([SOUND], 0, "1 packages, no vulnerability is known"),
        ([SOUND, VULNERABLE], 1, "django 4.2.0 has PYSEC-1; fixed in ['4.2.1']"),
        ([SOUND, SKIPPED], 2, "1 of 2 packages could NOT be audited, amqp among them"),
        ([VULNERABLE, SKIPPED], 2, "has PYSEC-1"),
        ([], 2, "NOTHING was audited"),
        (None, 2, "no route to host"),
        (None, 2, "NOTHING was audited. Is this machine offline?"),
    ],
)
def test_an_audit_ends_well_only_if_all_was_asked_and_nothing_found(
    tmp_path: Path, told: Any, code: int, sentence: str
) -> None:
    program = tmp_path / "pip-audit"
    program.write_text(PROGRAM.format(python=sys.executable, told=json.dumps(told)))
    program.chmod(0o755)
    done = subprocess.run(
        [sys.executable, SCRIPT, program, "requirements"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    assert sentence in done.stdout + done.stderr
