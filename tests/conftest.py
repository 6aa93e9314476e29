"""Every test runs apart from this user's library and settings, and with no model hub in reach.

Tests marked `browser` or `offline` are skipped where what they need is missing. Where CI=true, a test that
is skipped, for whatever reason, has failed: what did not run was not tested.
"""

import os
import shutil
import subprocess
from collections.abc import Generator
from functools import cache
from pathlib import Path

import hypothesis
import pytest

from bench.serving import CHROMIUM, QUIET

os.environ["HF_HUB_OFFLINE"] = "1"  # read when the library is imported, so before any test module is
# There are more processes than cores: with several threads each they wait for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")
hypothesis.settings.register_profile("unhurried", deadline=None)  # the first call may load a model
hypothesis.settings.load_profile("unhurried")


@pytest.fixture(scope="session", autouse=True)
def own_environment(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    """A library's home and a data folder of the tests' own; gives the home."""
    home = tmp_path_factory.mktemp("footnote") / "home"
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("FOOTNOTE_")]:
            patch.delenv(name)
        patch.setenv("FOOTNOTE_HOME", str(home))
        patch.setenv("XDG_DATA_HOME", str(home.parent / "data"))
        yield home


@pytest.fixture(scope="module")
def browser():
    """Chromium, for a module: Playwright keeps an event loop in the thread, which others need."""
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright; run `make test-deps`")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=[*QUIET])
        yield chromium
        chromium.close()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what cannot run here, saying what to do about it."""
    if item.get_closest_marker("browser") and not CHROMIUM.exists():
        pytest.skip(f"no {CHROMIUM}; run `make test-deps`")
    if item.get_closest_marker("offline") and not _can_unshare():
        pytest.skip("`unshare -rn` does not work here; run `make test-deps`, or as a user who may")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure in CI; an expected failure is not a skip."""
    report = yield
    if not hasattr(report, "wasxfail"):
        _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Do the same for a whole module that is skipped."""
    report = yield
    _refuse_skip(report)
    return report


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and os.environ.get("CI") == "true":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"nothing may be skipped in CI: {reason}"


@cache
def _can_unshare() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0
