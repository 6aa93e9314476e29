"""Documents and collections over HTTP: listed, shown, added in the background, removed with receipts."""

import threading
import time
from dataclasses import replace

import httpx
import pytest
from http_fakes import LETTER, UNLIMITED, desk_at, finished, gated, listening

from chat.interfaces.http.problem import problem_of
from chat.uploads import safe_name
from ingest import errors
from retrieval.report import AddReport


def test_documents_are_listed_by_page_and_shown(client, desk):
    whole = client.get("/api/v1/documents").json()
    assert whole["total"] == len(desk.assistant.documents()) and whole["next"] is None
    part = client.get("/api/v1/documents", params={"limit": 1, "offset": 1}).json()
    assert part["documents"] == whole["documents"][1:2]
    (letter,) = client.get("/api/v1/documents", params={"collection": "harbour"}).json()["documents"]
    assert client.get(f"/api/v1/documents/{letter['id']}").json() == letter
    text = client.get(f"/api/v1/documents/{letter['id']}/text").json()
    assert text["text"] == LETTER and text["characters"] == len(LETTER)
    part = client.get(f"/api/v1/documents/{letter['id']}/text", params={"start": 7, "end": 11}).json()
    assert part["text"] == LETTER[7:11] and (part["start"], part["end"]) == (7, 11)
    beyond = client.get(f"/api/v1/documents/{letter['id']}/text", params={"start": 999, "end": 5}).json()
    assert beyond["text"] == ""
    assert client.get(f"/api/v1/documents/{letter['id']}/text?version=2").status_code == 404
    names = [each["name"] for each in client.get("/api/v1/collections").json()["collections"]]
    assert {"default", "harbour"} <= set(names) and names == sorted(names)


def test_files_are_added_in_the_background_and_removed_with_a_receipt(client, desk):
    sent = [
        ("files", ("../../zebra.txt", "The zebra crossed the Öresund.\n".encode())),
        ("files", ("empty.txt", b"")),
    ]
    job = finished(client, client.post("/api/v1/documents/files", files=sent, data={"collection": "zoo"}))
    assert job["state"] == "done" and job["done"] == job["total"] == 2
    (identity,) = job["added"]
    assert [each["source"] for each in job["failed"]] == ["empty.txt"]
    kept = client.get("/api/v1/failures").json()["failures"][0]
    assert (kept["source"], kept["collection"]) == ("empty.txt", "zoo") and kept["remedy"]
    info = client.get(f"/api/v1/documents/{identity}").json()
    assert (info["source"], info["collection"]) == ("zebra.txt", "zoo")
    same_file = client.post("/api/v1/documents/files", files=sent[:1], data={"collection": "zoo"})
    again = finished(client, same_file)
    assert again["unchanged"] == [identity] and again["added"] == []
    assert not [path for path in (desk.assistant.home / "uploads").rglob("*") if path.is_file()]
    jobs = [each["id"] for each in client.get("/api/v1/jobs").json()["jobs"]]
    assert jobs.index(again["id"]) < jobs.index(job["id"])
    (receipt,) = client.delete(f"/api/v1/documents/{identity}").json()["receipts"]
    assert (receipt["document_id"], receipt["left"]) == (identity, 0)
    assert client.delete(f"/api/v1/documents/{identity}").status_code == 404
    assert "removed on" in client.get(f"/api/v1/documents/{identity}").json()["detail"]


def test_a_text_is_added_under_the_callers_name_for_it(client):
    body = {"text": "The okapi slept.", "source": "wire/123", "metadata": {"published": "2025-01-22"}}
    job = finished(client, client.post("/api/v1/documents/text", json=body))
    (identity,) = job["added"]
    info = client.get(f"/api/v1/documents/{identity}").json()
    assert (info["source"], info["published"]) == ("wire/123", "2025-01-22")
    client.delete(f"/api/v1/documents/{identity}")


def test_only_public_addresses_are_fetched(client):
    for address in ("file:///etc/passwd", "/etc/passwd", "ftp://example.org/x", "http://", "https:///x"):
        response = client.post("/api/v1/documents/urls", json={"urls": [address]})
        assert response.status_code == 422, address
    job = finished(client, client.post("/api/v1/documents/urls", json={"urls": ["http://127.0.0.1:9/x"]}))
    assert job["added"] == [] and "127.0.0.1" in job["failed"][0]["source"]


def test_an_addition_that_fails_says_why_and_too_many_are_refused(tmp_path):
    with desk_at(tmp_path / "home", replace(UNLIMITED, jobs=2)) as desk:
        go = threading.Event()

        def wait(told, cancel):
            go.wait(30)
            raise errors.LibraryBusy("another process owns the library")

        first = desk.jobs.start(("a",), "default", wait)
        second = desk.jobs.start(("b",), "default", lambda *_: desk.assistant.add_text("One.", source="b"))
        with pytest.raises(errors.TooManyAdditions, match="too many") as refused:
            desk.jobs.start(("c",), "default", wait)
        told = problem_of(refused.value)
        assert (told.status, told.kind) == (429, "too-many-additions") and "Retry-After" in told.headers
        go.set()
        while desk.jobs.get(second.id).finished is None:
            time.sleep(0.01)
        assert desk.jobs.get(first.id).state == "failed"
        assert desk.jobs.get(first.id).error == "another process owns the library"
        assert desk.jobs.get(second.id).state == "done"


def test_an_addition_is_cancelled_whether_it_runs_or_waits(client, desk):
    began = threading.Event()

    def endless(told, cancel):
        began.set()
        assert cancel.wait(30)
        return AddReport((), (), (), cancelled=True)

    running = desk.jobs.start(("a",), "default", endless)
    waiting = desk.jobs.start(("b",), "default", endless)
    assert began.wait(30)
    assert client.delete(f"/api/v1/jobs/{waiting.id}").json()["state"] == "waiting"
    assert client.delete(f"/api/v1/jobs/{running.id}").status_code == 202
    for each in (running, waiting):
        while (told := client.get(f"/api/v1/jobs/{each.id}").json())["finished"] is None:
            time.sleep(0.01)
        assert told["state"] == "cancelled"
    assert client.delete("/api/v1/jobs/none").status_code == 404


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("memo.pdf", "memo.pdf"), ("../../etc/passwd", "passwd"), ("C:\\temp\\a.docx", "a.docx"),
        ("", "document"), (None, "document"), ("..", "document"), ("a\x00b\n.txt", "a_b_.txt"),
        ("\udcff.txt", "_.txt"), (".hidden", ".hidden"), ("a/", "document"),
        ("é" * 300 + ".pdf", "é" * 98 + ".pdf"),
    ],
)  # fmt: skip
def test_a_name_of_an_upload_is_fit_for_a_folder(given, kept):
    assert safe_name(given) == kept


def test_collections_are_made_renamed_and_removed_with_receipts(tmp_path):
    with (
        desk_at(tmp_path / "home") as desk,
        listening(gated(desk)) as base,
        httpx.Client(base_url=base, timeout=60) as client,
    ):
        path = "/api/v1/collections"

        def names(response, status=200):
            assert response.status_code == status, response.text
            return [each["name"] for each in response.json()["collections"]]

        def refused(response):
            assert response.headers["content-type"] == "application/problem+json"
            return response.status_code

        assert names(client.post(path, json={"name": "letters"}), 201) == ["default", "harbour", "letters"]
        assert refused(client.post(path, json={"name": "letters"})) == 409
        assert names(client.patch(f"{path}/letters", json={"name": "post"})) == ["default", "harbour", "post"]
        assert refused(client.patch(f"{path}/letters", json={"name": "x"})) == 404
        assert refused(client.patch(f"{path}/default", json={"name": "x"})) == 409
        assert client.delete(f"{path}/post").json() == {"receipts": []}
        assert refused(client.delete(f"{path}/harbour")) == 409
        gone = client.delete(f"{path}/harbour", params={"with_documents": True}).json()["receipts"]
        assert [receipt["left"] for receipt in gone] == [0]
        assert names(client.get(path)) == ["default"]
