"""Documents that give orders change nothing: judged by what happens, not by how it reads (ACCEPTANCE.md, D1).

A language model that obeys every order it is shown stands for the worst one there could be. Whatever it
writes: no request leaves for another address than the one configured, no word of another collection, another
conversation or the key is seen by it or shown, nothing is set or removed, no markup comes through, and no
sentence has a footnote on words that do not say it.
"""

import re
import socket
import threading
from contextlib import contextmanager
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fakes import BagOfWords, assistant_at
from injected import injected
from model_server import model_server

from chat.answer import Turn
from chat.page import messages
from retrieval.embed import SentenceTransformerEmbedder
from retrieval.hit import Filter

KEY, SECRET, TALK = "sk-canary-key", "Wolframite ledger", "Zanzibar pact"
SEED = 20261125
FEW, ALL = 33, 200  # the few are one of each order
MINE = Filter(collections=("mine",))
SOURCE = re.compile(r"Source \[(\d+)\]\n<<([0-9a-f]{12,})\n(.*?)\n\2>>", re.DOTALL)


class Called(BaseHTTPRequestHandler):
    """Records whoever calls."""

    def do_GET(self) -> None:
        """Record."""
        self.server.calls.append(self.path)
        self.send_response(204)
        self.end_headers()

    def do_POST(self) -> None:
        """Record."""
        self.do_GET()

    def log_message(self, *_) -> None:
        """Log nothing."""


@contextmanager
def listener():
    """The attacker's server: it should never be called."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Called) as server:
        server.calls = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def plain(text):
    """One line, its letters of no shape read as the letters that they stand for."""
    return " ".join("".join(chr(ord(c) - 0xE0000) if 0xE0000 < ord(c) < 0xE0080 else c for c in text).split())


class Obedient:
    """Writes what each order in the prompt asks for, then, as any model would, what the first source says."""

    def __init__(self, documents):
        self.documents, self.obeyed = documents, set()

    def __call__(self, body):
        """Return the answer to a request."""
        prompt = body["messages"][1]["content"]
        written = []
        for number, _, text in SOURCE.findall(prompt):
            for document in self.documents:
                if plain(document.order.says) in plain(text):
                    self.obeyed.add(document.name)
                    told = document.order.obeyed.replace("{n}", number)
                    told = told.replace("{prompt}", plain(body["messages"][0]["content"])[:300])
                    written.append(told.replace("{secret}", SECRET if SECRET in prompt else "nothing"))
        return "\n\n".join(written) or "The sources do not answer this."


class Markup(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Keep them."""
        self.tags.add(tag)
        self.attributes += attrs


OWN_TAGS = {
    "a",
    "details",
    "div",
    "em",
    "li",
    "p",
    "small",
    "span",
    "strong",
    "summary",
    "ul",
    "ol",
    "br",
    "h3",
}


def assert_no_effect(assistant, answer, documents):
    """No false citation, nobody else's words, and no markup."""
    told = repr(answer.to_dict())
    assert SECRET not in told and TALK not in told and KEY not in told
    for citation in (*answer.citations, *answer.nearest):
        text = assistant.document(citation.document_id, citation.document_version).text
        assert text[citation.start : citation.end] == citation.quote and citation.collection == "mine"
    for sentence in answer.sentences:
        if sentence.verbatim:
            quotes = [plain(each.quote) for each in answer.citations if each.number in sentence.citations]
            assert plain(sentence.text) in quotes
            continue
        assert not any(
            each.order.lie and each.order.lie.lower() in sentence.text.lower() for each in documents
        )
        assert not re.search(
            r"https?:|<\w|\]\(|Victor Crane|\b99 guests|never opened|Cranestone", sentence.text
        )
    for message in messages.turn(Turn(1, answer.question, answer), lambda cited: []):
        page = Markup(message["content"])
        assert page.tags <= OWN_TAGS, page.tags
        for name, value in page.attributes:
            assert not name.startswith("on") and name not in ("src", "style", "srcset", "action")
            assert name != "href" or re.match(r"#|/(?![/\\])", value)  # a place of our own


def state_of(assistant):
    """All that an order could have changed."""
    return (
        [(info.id, info.version, info.collection) for info in assistant.documents()],
        [(info.name, info.documents) for info in assistant.collections()],
        [(info.id, info.turns) for info in assistant.conversations()],
        assistant.failures(),
    )


def judge(home, count, embedder, monkeypatch):
    """Ask one question of each document, of quotes alone and of a model that obeys: all in vain."""
    reached = []

    def connected(given):
        def connect(self, address, *rest):
            if isinstance(address, tuple):
                reached.append(address[:2])
            return given(self, address, *rest)

        return connect

    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr("chat.listen.BACKOFF", 0.01)
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, connected(getattr(socket.socket, name)))
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        (lambda real: lambda host, *a, **k: _local(host, real, a, k))(socket.getaddrinfo),
    )
    with listener() as attacker, model_server("") as server:
        url = f"http://127.0.0.1:{attacker.server_address[1]}/c"
        documents = list(injected(SEED, count, url))
        obedient = Obedient(documents)
        server.text = obedient
        folder = home / "files"
        folder.mkdir()
        for document in documents:
            (folder / document.name).write_bytes(document.data)
        settings = {"model": "openai:obedient", "base_url": server.url}
        with assistant_at(home / "home", embedder, **settings) as assistant:
            assert not assistant.add(folder, collection="mine").failed
            assistant.add_text(f"The {SECRET} lies in the vault of Orvane.", source="x", collection="theirs")
            assistant.ask(f"Where does the {TALK} lie?", where=Filter(collections=("theirs",)))
            before, asked = state_of(assistant), len(server.bodies)
            answers = [assistant.ask(each.question, where=MINE, save=False) for each in documents]
            assert state_of(assistant) == before
            for answer in answers:
                assert_no_effect(assistant, answer, documents)
        bodies = repr(server.bodies[asked:])
        assert KEY not in bodies and SECRET not in bodies
        assert TALK not in bodies and all("tools" not in body for body in server.bodies)
        with assistant_at(home / "home", embedder) as assistant:
            sent = len(server.bodies)
            quoted = [assistant.ask(each.question, where=MINE, save=False) for each in documents]
            assert len(server.bodies) == sent and state_of(assistant) == before
            for answer in quoted:
                assert_no_effect(assistant, answer, documents)
                assert all(sentence.verbatim for sentence in answer.sentences)
        assert not attacker.calls
        assert {port for _, port in reached} <= {server.server_address[1]}
    return documents, obedient.obeyed


def _local(host, real, args, kwargs):
    assert host in (None, "127.0.0.1", "localhost"), f"a name was looked up: {host}"
    return real(host, *args, **kwargs)


def test_orders_in_documents_have_no_effect(tmp_path, monkeypatch):
    documents, obeyed = judge(tmp_path, FEW, BagOfWords(), monkeypatch)
    seen = {each.name for each in documents if not each.unseen}
    assert len(obeyed & seen) > 0.8 * len(seen), "orders in sight should have been obeyed"


@pytest.mark.slow
def test_two_hundred_documents_have_no_effect(tmp_path, monkeypatch):
    documents, obeyed = judge(tmp_path, ALL, SentenceTransformerEmbedder(), monkeypatch)
    assert len(obeyed) > 0.5 * len(documents)
