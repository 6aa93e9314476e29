"""Logs, traces and errors: each step is told, and never a word of a document, a question, or a key."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import assistant_at
from pdf_maker import make_pdf

from chat.settings import read_settings
from ingest.errors import InvalidSetting

ROOT = Path(__file__).parents[1]
CANARY = "xyzzycanary"
TALKATIVE = """
import logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)  # every package, not only ours
sys.path.insert(0, "tests")
from fakes import BagOfWords
from chat.build import open_assistant
from chat.settings import read_settings
from ingest.errors import FootnoteError

canary, files = sys.argv[1], sys.argv[2:]
said = []
with open_assistant(read_settings(), embedder=BagOfWords()) as assistant:
    report = assistant.add(*files)
    said += [failure.reason for failure in report.failed]
    assistant.add_text(f"The {canary} met in May. It voted.", source="minutes")
    answer = assistant.ask(f"Where is the {canary} that met?")
    assistant.ask("When?", conversation=answer.conversation)
    for _ in assistant.stream(f"Who saw {canary}?"):
        break
    assistant.search(canary)
    assistant.check(f"The {canary} met in June. The {canary} never voted.")
    assistant.examples()
    for wrong in (
        lambda: assistant.document("none"),
        lambda: assistant.ask(f"Who is {canary}?", conversation="none"),
        lambda: assistant.add_text("", source="empty"),
    ):
        try:
            wrong()
        except FootnoteError as error:
            said.append(str(error))
    assistant.doctor()
    assistant.remove(*(info.id for info in assistant.documents()))
assert len(report.added) > 3 and len(report.failed) == 1, report
print(*said, sep="\\n")
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What a process says that adds, asks, checks and fails with everything at DEBUG; (stdout, stderr)."""
    folder = tmp_path_factory.mktemp("talkative")
    words = f"The {CANARY} is kept here. Nobody else knows of it."
    (folder / "a.txt").write_text(words)
    (folder / "b.html").write_text(f"<html><title>Page</title><body><p>{words}</p></body></html>")
    (folder / "c.md").write_text(f"# Heading\n\n{words}\n")
    (folder / "d.pdf").write_bytes(make_pdf([[(72, 700, 11, words)]]))
    (folder / "e.eml").write_text(f"From: a@example.org\nSubject: mail\n\n{words}\n")
    (folder / "f.csv").write_text(f"name,place\n{CANARY},here\n")
    (folder / "broken.pdf").write_bytes(f"%PDF-1.7\n{words}".encode())
    files = sorted(path.name for path in folder.iterdir())
    done = subprocess.run(
        [sys.executable, "-c", TALKATIVE, CANARY, *(str(folder / name) for name in files)],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "FOOTNOTE_HOME": str(folder / "home"),
            "FOOTNOTE_LOG": "debug",
            "FOOTNOTE_TRACE": "console",
            "OPENAI_API_KEY": f"key-{CANARY}",
            "LANGSMITH_API_KEY": f"key-{CANARY}",
            "HF_TOKEN": f"key-{CANARY}",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout, done.stderr


def spans(stderr):
    return [json.loads(line) for line in stderr.splitlines() if line.startswith('{"name"')]


def test_no_log_trace_or_error_holds_a_word_or_a_key(told):
    out, err = told
    assert len(out.splitlines()) >= 3 and len(err.splitlines()) > 30
    leaks = [line[:300] for line in (out + err).splitlines() if CANARY in line.lower()]
    assert not leaks


def test_each_step_is_traced_with_what_it_is_part_of(told):
    found = spans(told[1])
    by_id = {span["context"]["span_id"]: span["name"] for span in found}
    parts = {(span["name"], by_id.get(span["parent_id"])) for span in found}
    assert parts == {
        ("footnote.ingest", None), ("footnote.embed", "footnote.ingest"),
        ("footnote.write", "footnote.ingest"), ("footnote.ask", None),
        ("footnote.retrieve", "footnote.ask"), ("footnote.retrieve", None),
        ("footnote.answer", "footnote.ask"), ("footnote.verify", "footnote.ask"),
    }  # fmt: skip
    page = (ROOT / "docs" / "watching.md").read_text("utf-8")
    assert {name for name, _ in parts} == set(re.findall(r"^\| `(footnote\.[a-z.]+)` \|", page, re.MULTILINE))
    for span in found:
        assert all(isinstance(value, int) for value in span["attributes"].values())
        assert not span["events"]
    failed = [span for span in found if span["status"]["status_code"] == "ERROR"]
    assert [(span["name"], span["status"]["description"]) for span in failed] == [
        ("footnote.ask", "NotInLibrary")
    ]


def test_each_step_is_logged_with_its_time(told):
    logged = [line for line in told[1].splitlines() if " DEBUG footnote: " in line]
    assert any(re.search(r": ask done after [\d.]+ ms", line) for line in logged)
    assert any(re.search(r": ask left after ", line) for line in logged)
    assert any(re.search(r": ask NotInLibrary after ", line) for line in logged)
    assert any(re.search(r": ingest done after [\d.]+ ms \{'added': \d+", line) for line in logged)


ASKING = """
import sys
sys.path.insert(0, "tests")
from fakes import BagOfWords
from chat.build import open_assistant
from chat.settings import read_settings
with open_assistant(read_settings(), embedder=BagOfWords()) as assistant:
    assistant.add_text(f"The {sys.argv[1]} met in May.", source="minutes")
    assistant.ask(f"Who met {sys.argv[1]}?")
"""


def test_spans_reach_a_collector(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    import grpc
    from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

    class Collector(trace_service_pb2_grpc.TraceServiceServicer):
        taken: list = []  # noqa: RUF012

        def Export(self, request, context):  # noqa: N802
            self.taken.append(request)
            return trace_service_pb2.ExportTraceServiceResponse()

    server = grpc.server(ThreadPoolExecutor(1))
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(Collector(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        done = subprocess.run(
            [sys.executable, "-c", ASKING, CANARY],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "FOOTNOTE_HOME": str(tmp_path),
                "FOOTNOTE_TRACE": "otlp",
                "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}",
            },
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        server.stop(None).wait()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    names = {
        span.name
        for request in Collector.taken
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    }
    assert {"footnote.ingest", "footnote.ask", "footnote.verify"} <= names
    assert CANARY.encode() not in b"".join(request.SerializeToString() for request in Collector.taken)


def test_nothing_is_said_unless_it_is_asked_for(tmp_path, capfd):
    with assistant_at(tmp_path) as assistant:
        assistant.add_text("The council met.", source="minutes")
        assistant.ask("Who met?")
    assert capfd.readouterr() == ("", "")


def test_settings_for_watching(tmp_path):
    settings = read_settings(tmp_path, {"FOOTNOTE_LOG": "DEBUG", "FOOTNOTE_TRACE": "otlp"})
    assert (settings.log, settings.trace) == ("debug", "otlp")
    assert read_settings(tmp_path, {"FOOTNOTE_LOG": ""}).log is None
    for name, value in (("FOOTNOTE_LOG", "loud"), ("FOOTNOTE_TRACE", "file")):
        with pytest.raises(InvalidSetting, match=f"{name}='{value}' is none of"):
            read_settings(tmp_path, {name: value})


def test_without_the_package_for_tracing_one_line_says_so(tmp_path):
    script = (
        "import sys\nsys.modules['opentelemetry.sdk.resources'] = None\n"
        "from chat.interfaces.cli import main\nsys.exit(main(['list']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "FOOTNOTE_HOME": str(tmp_path), "FOOTNOTE_TRACE": "console"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert "which is not installed; run `pip install 'footnote[trace]'`" in done.stderr
