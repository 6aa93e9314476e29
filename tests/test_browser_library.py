"""The library, its collections and the settings in a real browser, as a person would use them."""

import threading

import pytest
from browser import MARKS, PATIENT, axe, eventually, serving, watched
from fakes import QuoteAll, assistant_at
from page_fakes import built

from retrieval.report import AddReport

pytestmark = MARKS

# Makes a drop of two files and a folder that holds a folder, as a browser gives it.
DROP = """() => {
  const file = (name, text) => new File([text], name, { type: "text/plain" });
  const entry = (one) => ({ isFile: true, name: one.name, file: (got) => got(one) });
  const folder = (name, inside) => ({ name, isFile: false, isDirectory: true, createReader() {
    let left = [inside, []];
    return { readEntries: (got) => got(left.shift()) };
  } });
  const entries = [
    entry(file("ferry.txt", "The ferry Aurora was sold. Ilse Brandt signed the sale.")),
    entry(file("broken.docx", "this is no document of Word")),
    folder("letters", [entry(file("a.txt", "The harbour closes at ten.")),
      folder("old", [entry(file("b.txt", "The pier was built in 1911."))])]),
  ];
  const items = entries.map((one) => ({ kind: "file", webkitGetAsEntry: () => one }));
  const send = (kind) => {
    const event = new Event(kind, { bubbles: true, cancelable: true });
    event.dataTransfer = { types: ["Files"], items };
    document.body.dispatchEvent(event);
  };
  send("dragenter"); send("dragover");
  const veiled = !document.querySelector("#fn-drop").hidden;
  send("drop");
  return veiled;
}"""


@pytest.fixture
def assistant(tmp_path):
    with assistant_at(tmp_path / "home", answerer=QuoteAll()) as assistant:
        yield assistant


@pytest.fixture
def address(assistant):
    with serving(built(assistant)) as address:
        yield address


@pytest.fixture
def page(browser, address):
    with watched(browser, address, allow=("404", "409")) as page:
        yield page


def titles(page):
    return [each.strip() for each in page.locator("#fn-table .fn-document").all_text_contents()]


def test_a_drop_goes_in_and_what_failed_is_mended(page, address, assistant, tmp_path):
    page.goto(f"{address}library")
    page.get_by_role("heading", name="Add your first document").wait_for()
    page.get_by_label("Into the collection").fill("harbour")
    assert page.evaluate(DROP) is True
    page.locator(".fn-job h2", has_text="4 sources to harbour").wait_for()
    page.locator(".fn-job h2", has_text="Done").wait_for()
    counters = page.inner_text(".fn-counters")
    assert "4 of 4 sources" in counters and "3 added" in counters and "1 not read" in counters
    assert "3 passages made searchable" in counters
    bad = page.locator(".fn-steps li.fn-bad")
    assert bad.locator("b").count() == 1 and "broken.docx" in bad.inner_text()
    page.locator("#fn-table .fn-document", has_text="b.txt").wait_for()
    eventually(
        lambda: {info.source for info in assistant.documents()},
        {"ferry.txt", "letters/a.txt", "letters/old/b.txt"},
    )
    assert {info.collection for info in assistant.documents()} == {"harbour"}
    mended = tmp_path / "mended.txt"
    mended.write_text("Words of the mended file.")
    page.get_by_label("A mended broken.docx").set_input_files(mended)
    page.locator(".fn-job", has_text="mended.txt to harbour").get_by_text("1 added").wait_for()
    eventually(assistant.failed, [])
    assert axe(page) == []


def test_a_running_addition_is_shown_again_on_return_and_is_cancelled(page, address, assistant, tmp_path):
    going, add = threading.Event(), assistant.add

    def slow(*sources, on_progress, cancel, **given):
        add(*sources[:1], on_progress=on_progress, **given)
        going.set()
        cancel.wait(60)
        return AddReport((), (), (), cancelled=True)

    assistant.add = slow
    files = [tmp_path / f"note {number}.txt" for number in range(3)]
    for number, file in enumerate(files):
        file.write_text(f"Note number {number} of three.")
    page.goto(f"{address}library")
    page.get_by_label("Files", exact=True).set_input_files(files)
    page.get_by_role("button", name="Add", exact=True).click()
    assert going.wait(PATIENT)
    page.locator(".fn-steps li", has_text="note 0.txt").get_by_text("added").wait_for()
    page.goto(f"{address}settings")
    page.goto(f"{address}library")
    page.locator(".fn-job", has_text="3 sources to default").wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.locator(".fn-job h2", has_text="Cancelled").wait_for()
    page.locator(".fn-steps li", has_text="note 2.txt").get_by_text("left out").wait_for()
    page.get_by_role("button", name="Close").click()
    page.locator(".fn-job").wait_for(state="detached")


def test_rows_are_found_while_typing_sorted_and_opened_beside(page, address, assistant):
    for number in range(60):
        assistant.add_text(f"Words of {number}.", source=f"wire/{number}", title=f"Report {number:02}")
    assistant.add_text("The board met.", source="wire/x", title="Minutes", collection="council")
    page.goto(f"{address}library")
    assert titles(page)[0] == "Minutes" and "1 to 50 of 61" in page.inner_text(".fn-pages")
    words = page.get_by_label("Find in title")
    words.press_sequentially("report 1")
    page.locator(".fn-pages, #fn-table > form > p", has_text="15 rows").wait_for()
    assert words.evaluate("box => box === document.activeElement")
    assert "words=report+1" in page.evaluate("location.href")
    page.get_by_role("link", name="Title", exact=True).click()
    page.locator("th[aria-sort=ascending]", has_text="Title").wait_for()
    assert titles(page)[0] == "Report 01" and "sort=title" in page.evaluate("location.href")
    page.get_by_role("link", name="Title", exact=True).click()
    page.locator("th[aria-sort=descending]", has_text="Title").wait_for()
    page.reload()
    assert titles(page)[0] == "Report 51"
    page.get_by_label("Find in title").fill("")
    page.get_by_label("Collection", exact=True).select_option("council")
    page.locator("#fn-table > form > p", has_text="1 row").wait_for()
    page.locator(".fn-document").click()
    page.frame_locator("#fn-frame").get_by_text("The board met.").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.activeElement.textContent.trim() === 'Minutes'")


def test_a_document_is_edited_reset_set_aside_and_removed(page, address, assistant):
    (name,) = assistant.add_text("The ferry Aurora was sold.", source="wire/1", title="Sale").added
    page.goto(f"{address}library")
    page.get_by_role("link", name="Details of Sale").click()
    page.get_by_label("Title", exact=True).fill("The sale of the ferry")
    page.get_by_label("Date of publication").fill("in March")
    page.get_by_role("button", name="Keep these").click()
    assert "YYYY-MM-DD" in page.inner_text(".fn-error")
    assert page.get_by_label("Title", exact=True).input_value() == "The sale of the ferry"
    page.get_by_label("Date of publication").fill("2021-03-04")
    page.get_by_role("button", name="Keep these").click()
    page.get_by_role("heading", name="The sale of the ferry").wait_for()
    page.get_by_role("button", name="Reset Title").click()
    page.get_by_role("heading", name="Sale", exact=True).wait_for()
    assert assistant.document_info(name).published == "2021-03-04"
    assert assistant.ask("What was sold?").status != "not_found"
    page.get_by_role("button", name="Set aside").click()
    page.get_by_text("Set aside: it is kept").wait_for()
    assert assistant.ask("What was sold?").status == "not_found"
    assert axe(page) == []
    page.goto(f"{address}library")
    page.get_by_label("Tick Sale").check()
    page.get_by_role("button", name="Remove…").click()
    page.get_by_text("It cannot be cited again").wait_for()
    page.get_by_role("button", name="Remove for good").click()
    page.get_by_text("found nothing left").wait_for()
    eventually(assistant.documents, [])


def test_a_collection_is_made_and_mirrors_a_folder_after_a_look_at_the_plan(
    page, address, assistant, tmp_path
):
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "a.txt").write_text("The ferry was sold.")
    page.goto(f"{address}collections")
    page.get_by_label("A new collection").fill("letters")
    page.get_by_role("button", name="Create").click()
    page.get_by_text("The collection letters is there.").wait_for()
    page.get_by_label("A folder, by its whole path").fill(str(folder))
    page.get_by_label("Into the collection").fill("letters")
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_text("New: 1, goes in").wait_for()
    assert assistant.documents() == [] and axe(page) == []
    page.get_by_role("button", name="Mirror now").click()
    page.locator(".fn-job h2", has_text="Done").wait_for()
    eventually(lambda: [info.collection for info in assistant.documents()], ["letters"])
    page.goto(f"{address}collections")
    page.get_by_role("button", name="Remove letters").click()
    page.get_by_text("1 document is in it").wait_for()
    page.get_by_role("link", name="Keep").click()
    page.get_by_role("button", name="Stop mirroring").click()
    page.get_by_text("is mirrored no more").wait_for()
    assert assistant.synced() == [] and len(assistant.documents()) == 1


def test_a_source_that_is_there_again_is_tried_again_from_the_table(page, address, assistant, tmp_path):
    note = tmp_path / "note.txt"
    note.write_text(" ")
    assistant.add(note)
    note.write_text("The ferry was sold.")
    page.goto(f"{address}library?state=failed")
    page.get_by_role("button", name="Try note.txt again").click()
    page.locator(".fn-job h2", has_text="Done").wait_for()
    eventually(assistant.failures, [])
    assert len(assistant.documents()) == 1


def test_the_look_survives_and_reaches_the_chat(page, address):
    page.goto(f"{address}settings")
    page.get_by_role("button", name="Light", exact=True).click()
    page.wait_for_selector("html.light")
    assert axe(page) == []
    page.get_by_role("button", name="Dark", exact=True).click()
    page.wait_for_selector("html.dark")
    page.wait_for_load_state()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    assert page.get_attribute("button[aria-pressed=true]", "value") == "dark"
    assert axe(page) == []
    page.goto(address)
    page.wait_for_selector("#fn-box textarea")
    page.wait_for_selector("html.dark body.dark")
