"""The exceptions of `make audit`: each has its reason and a test that holds it."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\| ((?:CVE|GHSA|PYSEC)-[\w-]+) \| (\S+) \| (.*) \| `(\S+)::(\w+)` \|$", re.MULTILINE)
SERVER = """
import sys
from pathlib import Path
sys.path.insert(0, "tests")
from fakes import assistant_at
with assistant_at(Path(sys.argv[1])) as assistant:
    assistant.add_text("The council met.", source="minutes")
    assistant.warm()
    assistant.ask("Who met?")
print([name for name in sys.modules if name.startswith(("chromadb.server", "chromadb.app"))])
"""


def test_every_exception_is_explained_pinned_and_held_by_a_test():
    page = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
    rows = ROW.findall(page)
    assert len(rows) == len(re.findall(r"^\| (?:CVE|GHSA|PYSEC)", page, re.MULTILINE)) > 0
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    for _, package, reason, file, name in rows:
        assert re.search(rf"^{re.escape(package)}==", pins, re.MULTILINE) and len(reason) > 60
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


def test_make_audit_passes_over_what_is_explained_and_nothing_else():
    page = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
    done = subprocess.run(
        ["make", "-n", "audit", "PYTHON=python3"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    (line,) = [line for line in done.stdout.splitlines() if "pip-audit" in line and "ignore-vuln" in line]
    assert set(re.findall(r"--ignore-vuln (\S+)", line)) == {row[0] for row in ROW.findall(page)}
    assert "--strict" in line and "constraints.txt" in line


def test_chromas_python_server_is_never_loaded(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", SERVER, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout == "[]\n", done.stdout + done.stderr
