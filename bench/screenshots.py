"""Pictures of the pages' main states, at three widths and in both themes, into a folder to be looked at.

Over the sample library, without a language model; prints how soon the pages show something. `--best` also
writes the few that the README shows, small, into docs/pictures/. Needs Debian's chromium, as the tests do.
"""

import argparse
import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, FilePayload, Page, sync_playwright

from bench.data import ROOT
from bench.serving import CHROMIUM, QUIET, built, serving
from chat.assistant import Assistant
from chat.interfaces.door import FORM
from chat.interfaces.sessions import Sessions
from chat.interfaces.sign_in import build_door
from chat.page.server import build_app
from chat.page.shell import Site
from chat.passwords import People, hashed
from chat.privacy import LOCAL
from chat.uploads import Uploads

WIDTHS = {"wide": (1440, 900), "middle": (900, 900), "phone": (390, 844)}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
ASKED = "When does the bridge close?"
UNKNOWN = "Who won the chess tournament in Reykjavik?"
DRAFT = (
    "From that afternoon the limit on Bridge No. 14 is 10 tons. After the repair it will be 32 tons. "
    "Corless Foundry is casting the new bearings. The council voted unanimously to close the bridge for good."
)
BEST = {
    "answer": ("answer", "wide", "light"),
    "phone": ("answer", "phone", "dark"),
    "check": ("check", "wide", "light"),
}
_LARGEST = 150_000  # bytes of a picture in the README


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "screenshots")
    parser.add_argument("--only", nargs="*", help="states, such as answer or library; all unless given")
    parser.add_argument("--best", action="store_true", help="write docs/pictures/ too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
        with filled(Path(folder) / "home") as (assistant, address), empty(Path(folder)) as (bare, door):
            paint(browser, address)
            for width, theme in ((width, theme) for width in WIDTHS for theme in THEMES):
                left, top = WIDTHS[width]
                context = browser.new_context(
                    viewport={"width": left, "height": top}, color_scheme=theme, reduced_motion="reduce"
                )
                for state, show in STATES.items():
                    if given.only and state not in given.only:
                        continue
                    page = context.new_page()
                    page.set_default_timeout(30_000)
                    show(page, {"empty": bare, "sign-in": door}.get(state, address), assistant)
                    page.wait_for_timeout(400)
                    taken = page.screenshot()
                    keep(given.folder / f"{state}-{width}-{theme}.png", taken)
                    for name, which in BEST.items() if given.best else ():
                        if which == (state, width, theme):
                            keep(ROOT / "docs" / "pictures" / f"{name}.webp", small(taken))
                    page.close()
                context.close()
        browser.close()
    print(f"{len(list(given.folder.glob('*.png')))} pictures are in {given.folder}")


def paint(browser: Browser, address: str) -> None:
    """Print when the chat and the library first show something, five times each, the server being warm."""
    script = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    for path in ("/", "/library"):
        seconds = []
        for _ in range(6):
            page = browser.new_page()
            page.goto(address + path)
            page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length > 0")
            seconds.append(page.evaluate(script) / 1000)
            page.close()
        print(f"first paint of {path}, s: {', '.join(f'{each:.2f}' for each in seconds[1:])}")


def keep(path: Path, data: bytes) -> None:
    """Write a picture where it belongs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def small(taken: bytes) -> bytes:
    """Return a picture as WebP, as good as fits; letters stay sharp down to the lowest quality tried."""
    from PIL import Image

    image = Image.open(io.BytesIO(taken)).convert("RGB")
    for quality in (92, 85, 75, 60):
        target = io.BytesIO()
        image.save(target, "WEBP", quality=quality, method=6)
        if target.tell() < _LARGEST:
            return target.getvalue()
    raise SystemExit(f"a picture of {image.size} does not fit into {_LARGEST} bytes")


@contextmanager
def filled(home: Path) -> Iterator[tuple[Any, str]]:
    """The sample library, with conversations, pins, ticks and a grid; the assistant and its address."""
    with Assistant.open(home) as assistant:
        for folder in sorted(path for path in (ROOT / "corpus").iterdir() if path.is_dir()):
            assistant.add(folder, collection=folder.name)
        (home / "scan.xyz").write_bytes(b"\x00\x01\x02")
        assistant.add(home / "scan.xyz")
        first = assistant.ask(ASKED)
        for question in ("Who signed the memo?", "How much will the repairs cost?"):
            answer = assistant.ask(question)
            for citation in answer.citations[:1]:
                assistant.pin(citation.document_id, citation.start, citation.end, note="For the second part")
        if first.citations:
            assistant.mark(first.conversation, 1, 1, "checked", "av", "Read in the minutes")
        some = [each.id for each in assistant.documents()][:4]
        grid = assistant.create_grid(["What is the load limit?", "Who signed?"], documents=some)
        list(assistant.fill_grid(grid.id))
        with serving(built(lambda: build_app(assistant))) as address:
            yield assistant, address


@contextmanager
def empty(folder: Path) -> Iterator[tuple[str, str]]:
    """A library without a document, and one where people sign in; their addresses."""
    with Assistant.open(folder / "empty") as assistant:
        sessions = Sessions(People(f"Ada Vance:{hashed('correct horse battery')}"))
        door = build_door(Site(assistant, LOCAL, Uploads(assistant.home)), sessions)
        with (
            serving(built(lambda: build_app(assistant))) as bare,
            serving(built(lambda: build_app(assistant, gate=door))) as closed,
        ):
            yield bare, closed


def first(page: Page, address: str, _: Any) -> None:
    """Before anything was asked."""
    page.goto(f"{address}/")
    page.wait_for_selector("#fn-count a")
    page.wait_for_timeout(500)


def asked(question: str) -> Callable[[Page, str, Any], None]:
    """With the answer of a question."""

    def show(page: Page, address: str, assistant: Any) -> None:
        first(page, address, assistant)
        page.fill("#fn-box textarea", question)
        page.press("#fn-box textarea", "Enter")
        page.wait_for_selector(".fn-bar, .fn-none")
        page.wait_for_timeout(600)

    return show


def sources(page: Page, address: str, assistant: Any) -> None:
    """With what an answer rests on."""
    asked(ASKED)(page, address, assistant)
    page.locator("a[href='#fn-sources']").last.click()
    page.wait_for_timeout(600)


def pdf(page: Page, address: str, assistant: Any) -> None:
    """A page's picture with the quoted words boxed."""
    found = next(each for each in assistant.documents() if each.source.endswith(".pdf"))
    hit = next(
        each
        for each in assistant.search("inspection bolts", limit=40)
        if each.passage.document_id == found.id
    )
    start, end = hit.passage.sentences[0]
    page.goto(f"{address}/library/{found.id}/{start}-{end}")


def at(path: str) -> Callable[[Page, str, Any], None]:
    """One of our own pages as it opens."""

    def show(page: Page, address: str, _: Any) -> None:
        page.goto(address + path)

    return show


def adding(page: Page, address: str, _: Any) -> None:
    """What became of files that were added."""
    page.goto(f"{address}/library")
    note: FilePayload = {
        "name": "ferry note.txt",
        "mimeType": "text/plain",
        "buffer": b"The ferry leaves at noon.",
    }
    scan: FilePayload = {"name": "broken.docx", "mimeType": "application/zip", "buffer": b"PK\x03\x04"}
    page.set_input_files("#fn-files", [note, scan])
    page.click("#fn-go")
    page.wait_for_timeout(1500)


def check(page: Page, address: str, _: Any) -> None:
    """A draft, sentence by sentence."""
    page.goto(f"{address}/check")
    page.fill("#draft", DRAFT)
    page.click("#fn-check")
    page.wait_for_selector("#fn-stop", state="hidden")
    page.wait_for_timeout(2500)


def many(page: Page, address: str, assistant: Any) -> None:
    """A grid that is filled."""
    page.goto(f"{address}/many/{assistant.grids()[0].id}")


def conversation(page: Page, address: str, assistant: Any) -> None:
    """A saved conversation."""
    oldest = assistant.conversations()[-1]
    page.goto(f"{address}/conversations/{oldest.id}")


STATES: dict[str, Callable[[Page, str, Any], None]] = {
    "first": first,
    "empty": first,
    "answer": asked(ASKED),
    "not-found": asked(UNKNOWN),
    "reader-pdf": pdf,
    "sources": sources,
    "library": at("/library"),
    "adding": adding,
    "check": check,
    "mentions": at("/mentions?term=Corless"),
    "many": many,
    "conversations": at("/conversations"),
    "conversation": conversation,
    "tray": at("/tray"),
    "settings": at("/settings"),
    "sign-in": at(FORM),
}


if __name__ == "__main__":
    main()
