"""An export as Markdown with footnotes; every word of documents and people is shown, none of it is markup."""

import re

from chat.export.content import Export, Note, Said, Section
from chat.export.text import about, closed, entry, finding, reference, writable

_MARKUP = re.compile(r"[\\`*_{}\[\]<>|~$=@#^]")
_LINE_START = re.compile(r"^([ \t]*)(?:([-+:>])|(\d+)([.)]))")
_LINK = re.compile(r"(?i)(https?|ftp|mailto|xmpp)(:)|\b(www)(\.)")
_BREAKS = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")


def to_markdown(export: Export) -> bytes:
    """Return the file, UTF-8."""
    parts = [f"# {escape(_flat(export.title))}", *(escape(line) for line in about(export))]
    for section in export.sections:
        parts += _section(section, export.title)
    if export.sources:
        parts.append("## Sources")
        parts += [_source(export, row) for row in range(len(export.sources))]
    if export.log is not None:
        parts.append("## Log")
        parts.append("\n".join(f"- {escape(entry(each))}" for each in export.log) or "Nothing yet.")
    parts += [_definition(note) for note in export.notes]
    return ("\n\n".join(parts) + "\n").encode("utf-8")


def escape(text: str, indent: str = "") -> str:
    """Return what a reader of Markdown shows as exactly `text`; its lines stay lines of one paragraph."""
    lines = _BREAKS.split(writable(closed(text)))
    return f"\\\n{indent}".join(_line(line) for line in lines)


def _line(line: str) -> str:
    line = _LINK.sub(lambda at: f"{at[1] or at[3]}\0{at[2] or at[4]}", line.replace("&", "\1"))
    line = _MARKUP.sub(r"\\\g<0>", line)
    line = line.replace("\1", "&amp;").replace("\0", "\\").replace("\\<", "&lt;").replace("\\>", "&gt;")
    line = _LINE_START.sub(lambda at: at[1] + (f"\\{at[2]}" if at[2] else f"{at[3]}\\{at[4]}"), line)
    edge = len(line) - len(line.lstrip(" \t"))
    end = len(line.rstrip(" \t"))
    blank = {" ": "&#32;", "\t": "&#9;"}
    if edge >= len(line):
        return "".join(blank[each] for each in line)
    # Blanks at the ends of a line would be taken for layout.
    return "".join(blank[c] for c in line[:edge]) + line[edge:end] + "".join(blank[c] for c in line[end:])


def _flat(text: str) -> str:
    """A heading is one line."""
    return " ".join(text.split())


def _section(section: Section, title: str) -> list[str]:
    parts = [f"## {escape(_flat(section.question))}"] if section.question not in ("", title) else []
    if section.searched:
        parts.append(f"Searched: {escape(_flat(section.searched))}")
    parts += [escape(remark) for remark in section.remarks]
    parts += [_said(section.short, pinned=False)] if section.short else []
    parts += [_said(each, pinned=section.turn is None) for each in section.said]
    if section.nearest:
        parts.append(f"Nearest passages: {''.join(_mark(note) for note in section.nearest)}")
    if section.left_out:
        parts.append(f"{section.left_out} left out: no footnote of theirs is marked as was asked for.")
    if section.withheld:
        parts.append("Withheld, since the sources do not bear it out:")
        parts.append(
            "\n".join(f"- {escape(text, '  ')} ({escape(why, '  ')})" for text, why in section.withheld)
        )
    return parts


def _said(said: Said, *, pinned: bool) -> str:
    speaker = f"{escape(_flat(said.speaker))}: " if said.speaker else ""
    text = f"“{escape(said.text)}”" if said.verbatim and pinned else escape(said.text)
    caveat = f" ({escape(said.caveat)})" if said.caveat else ""
    remark = f"\n\nNote: {escape(said.remark)}" if said.remark else ""
    return f"{speaker}{text}{''.join(_mark(note) for note in said.notes)}{caveat}{remark}"


def _mark(note: Note) -> str:
    return f"[^{note.number}]"


def _definition(note: Note) -> str:
    """Return a footnote's text; further paragraphs are indented, as those who read footnotes expect."""
    quote = f"“{escape(note.quote, '    ')}” " if note.quote else ""
    parts = [f"[^{note.number}]: {quote}{escape(reference(note), '    ')}"]
    parts += [f"    {escape(why)}: “{escape(words, '    ')}”" for why, words in note.context if words]
    if found := finding(note):
        parts.append(f"    {escape(found, '    ')}")
    return "\n\n".join(parts)


def _source(export: Export, row: int) -> str:
    source = export.sources[row]
    line = f"{source.number}\\. {escape(source.label)}"
    if source.filed is None:
        return line
    filed = source.filed
    state = "" if filed.known else " (removed)"
    told = f"{filed.origin} · collection {filed.collection} · id {filed.document_id}"
    return f"{line}{state}\\\n{escape(told)}"
