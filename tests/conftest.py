"""Every test runs apart from this user's library and settings, and with no model hub in reach.

Tests marked `browser` or `offline` are skipped where what they need is missing. Where CI=true, a test that
is skipped, for whatever reason, has failed: what did not run was not tested.
"""

import os
import shutil
import socket
import subprocess
from collections.abc import Generator
from functools import cache
from pathlib import Path

import httpx
import hypothesis
import pytest
from forked import check
from owning import WAIT
from sample import Sample, sample_at
from sites import PUBLIC, PUBLIC_6, Site

from bench.serving import CHROMIUM, QUIET
from chat.interfaces import cli
from retrieval.owner import Owner

os.environ["HF_HUB_OFFLINE"] = "1"  # read when the library is imported, so before any test module is
# There are more processes than cores: with several threads each they wait for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")
hypothesis.settings.register_profile("unhurried", deadline=None)  # the first call may load a model
hypothesis.settings.load_profile("unhurried")


LONGEST = """
    browser_quality browser_chat golden browser_library browser_page browser_attacks browser_work
    retrieval_recognising retrieval_crash injected browser_records ingest_readers_embedded chat_interfaces_cli
    browser_pressing browser_signing_in chat_watching retrieval_filters chat_langchain
"""
"""The files that take longest, longest first, without `test_` and `.py`."""


def pytest_configure(config: pytest.Config) -> None:
    """Have several processes take files in the order in which they were collected.

    By itself xdist gives out first the file with most tests, so that a file of one long test is the last.
    """
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first: what begins last then is short, and no process goes on alone for long."""
    places = {f"test_{name}.py": place for place, name in enumerate(LONGEST.split())}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


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


@pytest.fixture(scope="session", autouse=True)
def quick_looks() -> Generator[None]:
    """Have the indexes of a library that is opened looked at by a forked child."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("retrieval.probe.check", check)
        yield


@pytest.fixture(scope="session")
def sample(own_environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The library of `corpus/` that all processes share, filled without a network where that can be had."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    return sample_at(shared / "sample", apart=_can_unshare())


@pytest.fixture(scope="module")
def browser():
    """Chromium, for a module: Playwright keeps an event loop in the thread, which others need."""
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright; run `make test-deps`")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=[*QUIET])
        yield chromium
        chromium.close()


@pytest.fixture
def site():
    """A web server on this machine that says what it is told."""
    server = Site()
    yield server
    server.close()


@pytest.fixture
def world(monkeypatch, site):
    """Lead the public addresses to `site`; returns the list of addresses connected to."""
    connected = []
    real = socket.create_connection

    def connect(address, timeout):
        connected.append(address[0])
        if address[0] in (PUBLIC, PUBLIC_6):
            return real(("127.0.0.1", site.port), timeout)
        return real(address, timeout)

    monkeypatch.setattr(socket, "create_connection", connect)
    return connected


@pytest.fixture
def run(capsys):
    """Run the command line; gives the status, stdout and stderr."""

    def run(*argv):
        capsys.readouterr()
        status = cli.main([str(each) for each in argv])
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def own(tmp_path):
    """Own `tmp_path` in this process with `own(handlers)`; given up afterwards."""
    owned = []

    def claim(handlers=None) -> Owner:
        owner = Owner.claim(tmp_path, handlers)
        assert owner is not None
        owned.append(owner)
        return owner

    yield claim
    for owner in owned:
        assert owner.close(seconds=WAIT)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A library of two texts for a module, as the API sees it."""
    from http_fakes import desk_at  # loads numpy, which reads the number of threads

    with desk_at(tmp_path_factory.mktemp("library") / "home") as desk:
        yield desk


@pytest.fixture(scope="module")
def base(desk):
    """The address of the API over it."""
    from http_fakes import gated, listening

    with listening(gated(desk)) as base:
        yield base


@pytest.fixture(scope="module")
def client(base):
    """A client of it."""
    with httpx.Client(base_url=base, timeout=60) as client:
        yield client


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
