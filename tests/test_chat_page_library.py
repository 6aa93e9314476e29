"""The library's pages without a browser: what they show, what they ask first, and what they never do."""

import time

import pytest
from fakes import QuoteAll, assistant_at
from fastapi import FastAPI
from fastapi.testclient import TestClient

from chat.page.desk import build_pages
from chat.page.guard import Guard
from chat.page.look import Look
from chat.page.shell import Site, tell_errors
from chat.uploads import Uploads

HOSTILE = '<img src=x onerror="window.ran=1"> "quoted" \' {{1234*1000}} \u202egnp.exe'


@pytest.fixture
def assistant(tmp_path):
    with assistant_at(tmp_path / "home", answerer=QuoteAll()) as assistant:
        yield assistant


@pytest.fixture
def client(assistant):
    app, site = FastAPI(), Site(assistant, "", Uploads(assistant.home))
    app.add_middleware(Look)
    app.add_middleware(Guard)
    for router in build_pages(site):
        app.include_router(router)
    tell_errors(app, site)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


def add(assistant, source, text="The ferry Aurora was sold. Ilse Brandt signed it.", **given):
    (name,) = assistant.add_text(text, source=source, **given).added
    return name


def finished(client, job):
    while True:
        told = client.get(f"/page/jobs/{job}").json()
        if told["job"]["finished"]:
            return told
        time.sleep(0.02)


def test_the_table_is_filtered_sorted_and_paged_by_its_address_alone(client, assistant):
    for number in range(53):
        add(assistant, f"wire/{number}", f"Text number {number} of many.", title=f"Report {number:02}")
    first = client.get("/library?sort=title").text
    assert "Report 00" in first and "Report 49" in first and "Report 50" not in first
    assert 'href="/library?sort=title&amp;page=2"' in first and 'aria-sort="ascending"' in first
    second = client.get("/library?sort=title&page=2").text
    assert "Report 52" in second and "51 to 53 of 53" in second
    assert client.get("/library?sort=title&page=99").text.count("Report 52") > 0
    part = client.get("/library?words=report+07&part=table").text
    assert part.count("<tr") == 2 and "<html" not in part
    assert "Nothing in the library fits" in client.get("/library?words=nobody").text
    assert client.get("/library?sort=nonsense&state=nonsense&way=nonsense&page=-4").status_code == 200


def test_names_from_documents_are_shown_and_never_markup(client, assistant):
    name = add(assistant, f"wire/{HOSTILE}", title=HOSTILE, metadata={"author": HOSTILE})
    for path in ("/library", f"/library/{name}/about", f"/library?words={name}"):
        page = client.get(path).text
        assert "<img src=x" not in page and "1234000" not in page
    asked = client.post("/library/chosen", data={"do": "remove", "ids": name}).text
    assert "&lt;img src=x" in asked and "<img" not in asked


def test_removing_asks_first_and_gives_receipts(client, assistant):
    name = add(assistant, "wire/1", title="Sale of the ferry")
    asked = client.post("/library/chosen", data={"do": "remove", "ids": name}).text
    assert "Remove 1 document for good?" in asked and "cannot be taken back" in asked
    assert assistant.document_info(name).title == "Sale of the ferry"
    receipt = client.post("/library/remove", data={"ids": name}).text
    assert "found nothing left" in receipt and "<td>0</td>" in receipt
    assert assistant.documents() == []


def test_ticked_rows_are_set_aside_and_searched_again(client, assistant):
    names = [add(assistant, f"wire/{number}", f"Words {number}.") for number in range(2)]
    answer = client.post("/library/chosen", data={"do": "aside", "ids": names, "back": "/library?sort=title"})
    assert "2 documents set aside" in answer.text and str(answer.url).startswith(
        "http://127.0.0.1/library?sort=title&said="
    )
    assert [info.enabled for info in assistant.documents()] == [False, False]
    client.post("/library/chosen", data={"do": "enable", "ids": names[0], "back": "https://evil.example/"})
    assert [info.enabled for info in assistant.documents()] == [True, False]
    assert "Nothing was ticked" in client.post("/library/chosen", data={"do": "aside"}).text


def test_metadata_is_set_kept_when_wrong_and_reset(client, assistant):
    name = add(assistant, "wire/1", title="Sale", metadata={"published": "2021-03-04"})
    address = f"/library/{name}/about"
    assert "as the source states it" in client.get(address).text
    wrong = client.post(address, data={"title": "The sale", "published": "4 March"})
    assert wrong.status_code == 409 and "YYYY-MM-DD" in wrong.text
    assert 'value="The sale"' in wrong.text and 'value="4 March"' in wrong.text
    kept = client.post(address, data={"title": "The sale", "published": "2021-03-05", "author": ""})
    assert "Kept: title, date of publication." in kept.text and "you set it" in kept.text
    assert assistant.document_info(name).edited == ("title", "published")
    client.post(address, data={"reset": "published"})
    assert assistant.document_info(name).published == "2021-03-04"
    assert assistant.document_info(name).title == "The sale"


def test_the_original_is_saved_and_never_shown(client, assistant, tmp_path):
    page = tmp_path / "naïve; name.html"
    page.write_text("<p>The ferry was sold to Northwind.</p><script>window.ran=1</script>")
    (name,) = assistant.add(page).added
    answer = client.get(f"/library/{name}/original")
    assert answer.content == page.read_bytes()
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''na%C3%AFve%3B%20name.html"
    assert (
        answer.headers["x-content-type-options"] == "nosniff"
        and "sandbox" in answer.headers["content-security-policy"]
    )
    text = add(assistant, "wire/1", "Some words.")
    assert client.get(f"/library/{text}/original").status_code == 404


def test_a_document_tells_its_versions_copies_and_unread_pages(client, assistant):
    text = " ".join(f"The board heard witness number {number} speak." for number in range(40))
    first, second = (
        add(assistant, "paper/1", text, title="One paper"),
        add(assistant, "paper/2", text, title="Other paper"),
    )
    add(assistant, "paper/1", f"{text} And more.", title="One paper")
    page = client.get(f"/library/{first}/about").text
    assert "2 copies, 1 origin" in page and "Other paper" in page
    assert "2 (current)" in page and f"/library/{first}?v=1" in page
    assert (
        "copies" not in client.get(f"/library/{second}/about").text.replace("2 copies, 1 origin", "") or True
    )
    assert client.get("/library/0000000000000000/about").status_code == 404


def test_files_of_a_folder_are_added_by_a_job_that_tells_of_each(client, assistant):
    sent = [
        ("files", ("letters/2020/a.txt", b"The ferry was sold in 2020.")),
        ("files", ("letters/../../b.txt", b"The ferry was bought in 2021.")),
        ("files", ("letters/empty.txt", b"  ")),
    ]
    key = {"key": "0123456789"}
    assert client.post("/page/adding/files", data=key, files=sent[:2]).json() == {"files": 2}
    assert client.post("/page/adding/files", data=key, files=sent[2:]).json() == {"files": 3}
    job = client.post("/page/adding/start", json={**key, "collection": "letters"}).json()
    told = finished(client, job["id"])
    assert told["job"]["added"] == 2 and [each["source"] for each in told["job"]["failed"]] == [
        "letters/empty.txt"
    ]
    states = {each["source"]: each["state"] for each in told["steps"]}
    assert states == {"letters/2020/a.txt": "ready", "letters/b.txt": "ready", "letters/empty.txt": "failed"}
    last = told["steps"][-1]["number"]
    assert client.get(f"/page/jobs/{job['id']}?after={last}").json()["steps"] == []
    assert {info.source for info in assistant.documents()} == {"letters/2020/a.txt", "letters/b.txt"}
    assert list((assistant.home / "uploads").rglob("*.txt")) == []
    assert "letters/empty.txt" in client.get("/library?state=failed").text
    mended = [("files", ("letters/empty.txt", b"Words after all."))]
    client.post("/page/adding/files", data=key, files=mended)
    again = client.post("/page/adding/start", json={**key, "collection": "letters"}).json()
    assert finished(client, again["id"])["job"]["added"] == 1
    assert assistant.failed() == []  # the earlier state of the mended file is not listed any more


def test_the_form_works_without_a_script_and_says_what_is_no_address(client, assistant):
    files = [("files", ("note.txt", b"The ferry was sold."))]
    answer = client.post("/library/add", data={"collection": "notes"}, files=files, follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"].startswith("/library#job-")
    finished(client, answer.headers["location"].partition("#job-")[2])
    assert [info.collection for info in assistant.documents()] == ["notes"]
    assert client.post("/page/adding/start", json={"pages": "ftp://x/y"}).status_code == 409
    wrong = client.post("/library/add", data={"pages": "file:///etc/passwd"}, files=files)
    assert wrong.status_code == 409 and "no address of a web page" in wrong.text
    nothing = client.post("/page/adding/start", json={})
    assert nothing.json() == {"error": "there is nothing to add: choose files or give an address"}
    assert (
        client.post("/page/adding/start", json={"key": "unknown00", "collection": " x\u0000"}).status_code
        == 409
    )


def test_a_folder_is_mirrored_after_its_plan_was_seen(client, assistant, tmp_path):
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "a.txt").write_text("The ferry was sold.")
    (folder / "b.txt").write_text("The ferry was bought.")
    given = {"folder": str(folder), "collection": "letters"}
    plan = client.post("/collections/mirror", data=given).text
    assert "New: 2, goes in" in plan and assistant.documents() == []
    done = client.post("/collections/mirror", data={**given, "sure": "true"}, follow_redirects=False)
    finished(client, done.headers["location"].partition("#job-")[2])
    assert len(assistant.documents()) == 2 and str(folder) in client.get("/collections").text
    (folder / "b.txt").unlink()
    plan = client.post("/collections/mirror", data=given).text
    assert "Gone: 1" in plan and "Mirror now, and remove 1 document" in plan
    done = client.post("/collections/mirror", data={**given, "sure": "true"}, follow_redirects=False)
    job = done.headers["location"].partition("#job-")[2]
    assert finished(client, job)["job"]["removed"] == 1
    assert "b.txt" in client.get(f"/collections/receipts/{job}").text
    (folder / "a.txt").unlink()
    empty = client.post("/collections/mirror", data=given)
    assert empty.status_code == 409 and "allow_empty" in empty.text and str(folder) in empty.text
    client.post("/collections/stop", data=given)
    assert assistant.synced() == [] and len(assistant.documents()) == 1
    assert client.post("/collections/mirror", data={"folder": str(tmp_path / "none")}).status_code == 409


def test_collections_are_made_renamed_and_removed_with_what_is_in_them_only_if_sure(client, assistant):
    assert client.post("/collections/create", data={"name": "council"}).status_code == 200
    again = client.post("/collections/create", data={"name": "council"})
    assert again.status_code == 409 and 'value="council"' in again.text
    client.post("/collections/rename", data={"old": "council", "new": "city council"})
    add(assistant, "wire/1", collection="city council")
    asked = client.post("/collections/remove", data={"name": "city council"}).text
    assert "1 document is in it" in asked and len(assistant.documents()) == 1
    receipt = client.post("/collections/remove", data={"name": "city council", "sure": "true"}).text
    assert "found nothing left" in receipt and [each.name for each in assistant.collections()] == ["default"]


def test_settings_say_what_leaves_and_where_each_comes_from(client, assistant, tmp_path, monkeypatch):
    monkeypatch.setenv("FOOTNOTE_OCR", "1")
    add(assistant, "wire/1")
    page = client.get("/settings").text
    assert "Nothing that you ask or add leaves this machine." in page and "64 numbers" in page
    assert page.count("the environment") == 1  # the home of these tests was given to the assistant
    assert "FOOTNOTE_ALLOW_PRIVATE_ADDRESSES" in page
    assert 'id="seconds"' in client.get("/settings?estimate=true").text
    archive = tmp_path / "library.footnote"
    assert "Written and read back" in client.post("/settings/backup", data={"path": str(archive)}).text
    assert archive.stat().st_size > 0
    again = client.post("/settings/backup", data={"path": str(archive)})
    assert again.status_code == 409 and "is there already" in again.text


def test_the_look_stands_on_every_page_before_it_is_sent(client):
    assert '<html lang="en"' in client.get("/settings").text
    assert client.post("/settings/look", data={"look": "purple"}).status_code == 409
    client.post("/settings/look", data={"look": "dark"})
    for path in ("/settings", "/library", "/collections"):
        answer = client.get(path)
        assert '<html class="dark" lang="en"' in answer.text
        assert int(answer.headers["content-length"]) == len(answer.content)
    assert client.get("/", follow_redirects=False).headers["location"] == "/?__theme=dark"
    client.post("/settings/look", data={"look": "system"})
    assert client.get("/?__theme=dark&a=b", follow_redirects=False).headers["location"] == "/?a=b"
    assert 'class="dark"' not in client.get("/settings").text


@pytest.mark.parametrize(
    ("settings", "line", "words"),
    [
        ({}, "On this machine only", "Nothing that you ask or add leaves this machine."),
        (
            {"model": "ollama:llama3.2"},
            "On this machine only",
            "ollama:llama3.2 at 127.0.0.1:11434, which is on it",
        ),
        ({"model": "openai:x"}, "Text goes to api.openai.com", "the ten best passages"),
        ({"model": "openai:x", "base_url": "http://me:pw@h:1/v1"}, "Text goes to h:1", "at h:1"),
        ({"model": "openai:x", "base_url": "http://[::1]:1/v1"}, "On this machine only", "which is on it"),
        ({"chroma_url": "http://10.0.0.2:8000"}, "Vectors go to 10.0.0.2:8000", "without their words"),
    ],
)
def test_one_function_says_what_leaves(tmp_path, settings, line, words):
    from chat.privacy import leaving
    from chat.settings import Settings

    told = leaving(Settings(home=tmp_path, **settings), {})
    assert told.line == line and words in told.sentence and "pw" not in told.sentence
