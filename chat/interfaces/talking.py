"""`footnote chat`: a conversation in the terminal, each sentence shown as soon as it is verified."""

import contextlib
import sys
from typing import TYPE_CHECKING

from chat.answer import Answer, Citation, Done, Standalone, Verified
from chat.interfaces import inspector, show
from chat.interfaces.terminal import Screen, one_line
from ingest.errors import FootnoteError

if TYPE_CHECKING:
    from chat.assistant import Assistant
    from chat.remote import RemoteAssistant
    from retrieval.hit import Filter

_PROMPT = "? "
_AROUND = 400  # characters shown before and after a quote that is opened
_HELP = (
    "Ask a question; a follow-up may lean on the ones before.",
    "/open N   read footnote N of the last answer where it stands",
    "/new      begin another conversation",
    "/quit     leave, as Ctrl-D does; Ctrl-C stops an answer",
)


class Talk:
    """One person's conversation; it reads standard input and writes to a screen until it is left."""

    def __init__(
        self,
        assistant: "Assistant | RemoteAssistant",
        where: "Filter",
        screen: Screen,
        conversation: str | None,
        *,
        debug: bool,
    ) -> None:
        """Begin, or continue a conversation; raises NotInLibrary for an unknown one."""
        self._assistant = assistant
        self._where = where
        self._screen = screen
        self._debug = debug
        self._conversation = conversation
        turns = assistant.turns(conversation) if conversation is not None else []
        self._last: Answer | None = turns[-1].answer if turns else None
        self._asks = sys.stdin.isatty()

    def run(self) -> None:
        """Read and answer until the input ends or the person leaves."""
        if self._asks:
            with contextlib.suppress(ImportError):
                import readline  # noqa: F401  gives `input` the arrow keys
            self._screen.lines([self._screen.paint("dim", line) for line in _HELP])
        while (line := self._read()) is not None:
            if not line:
                continue
            if line.startswith("/"):
                if not self._obeyed(line):
                    return
            else:
                self._answer(line)

    def _read(self) -> str | None:
        """Return the next line, "" for one that Ctrl-C threw away, or None at the end of the input."""
        try:
            return input(_PROMPT if self._asks else "").strip()
        except EOFError:
            if self._asks:
                self._screen.lines([""])
            return None
        except KeyboardInterrupt:
            self._screen.lines(["", "(Ctrl-D or /quit leaves)"])
            return ""

    def _obeyed(self, line: str) -> bool:
        """Do what a line with a slash says; False if it is to leave."""
        word, _, rest = line.partition(" ")
        match word:
            case "/quit" | "/exit":
                return False
            case "/new":
                self._conversation = self._last = None
                self._screen.lines(["A new conversation."])
            case "/open":
                self._open(rest.strip())
            case "/help":
                self._screen.lines(_HELP)
            case _:
                self._screen.lines([f"{one_line(word)} is no command; /help lists them."])
        return True

    def _answer(self, question: str) -> None:
        question = question.encode("utf-8", "replace").decode("utf-8")
        events = self._assistant.stream(question, conversation=self._conversation, where=self._where)
        try:
            for event in events:
                if self._debug:
                    inspector.tell(event, self._screen)
                match event:
                    case Standalone(searched) if searched != question:
                        asked = self._screen.wrapped(f"asked: {searched}")
                        self._screen.lines([self._screen.paint("dim", line) for line in asked])
                    case Verified(sentence, _, short):
                        self._screen.lines(show.short_lines(short, self._screen) if short else [])
                        self._screen.lines(show.sentence_lines(sentence, self._screen))
                    case Done(answer):
                        self._last, self._conversation = answer, answer.conversation
                        said = [] if answer.sentences else self._screen.wrapped(answer.text)
                        self._screen.lines([*said, *show.footnote_lines(answer, self._screen), ""])
        except KeyboardInterrupt:
            self._screen.lines(["", "Stopped; this question is not part of the conversation."])
        except FootnoteError as error:
            sys.stderr.write(f"footnote: {one_line(str(error))}\n")

    def _open(self, number: str) -> None:
        listed = (self._last.citations or self._last.nearest) if self._last else ()
        wanted = [citation for citation in listed if number == str(citation.number)]
        if not wanted:
            numbers = ", ".join(str(citation.number) for citation in listed)
            there = f"there are: {numbers}" if numbers else "nothing was cited yet"
            self._screen.lines([f"No footnote {one_line(number) or '(give its number)'}; {there}."])
            return
        try:
            self._screen.lines(self._place(wanted[0]))
        except FootnoteError as error:
            self._screen.lines([one_line(str(error))])

    def _place(self, citation: Citation) -> list[str]:
        """Return the quote with the words around it, as the cited version of the document has them."""
        text = self._assistant.document(citation.document_id, citation.document_version).text
        first, last = max(0, citation.start - _AROUND), citation.end + _AROUND
        before, after = text[first : citation.start], text[citation.end : last]
        if first:
            before = "…" + before.partition(" ")[2]
        if last < len(text):
            after = after.rpartition(" ")[0] + "…"
        return [
            *self._screen.wrapped(show.place(citation)),
            self._screen.paint("dim", one_line(citation.source)),
            *(self._screen.wrapped(before, indent="    ") if before.strip() else ()),
            *(
                self._screen.paint("bold", line)
                for line in self._screen.wrapped(citation.quote, indent="    ", first="  > ")
            ),
            *(self._screen.wrapped(after, indent="    ") if after.strip() else ()),
            "",
        ]
