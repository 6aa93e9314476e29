"""Tracked changes of a docx as they are once accepted: what they delete or move away is gone."""

from typing import Any


def settle(root: Any) -> None:
    """Take out of a part's tree what is deleted or moved away, and join paragraphs whose border is."""
    from lxml import etree

    etree.strip_elements(root, "{*}moveFrom", with_tail=False)
    for row in list(root.iter("{*}tr")):
        if row.find("{*}trPr/{*}del") is not None:
            row.getparent().remove(row)
    for cell in root.iter("{*}tc"):
        if cell.find("{*}tcPr/{*}cellDel") is not None:
            etree.strip_elements(cell, "{*}r", with_tail=False)
    for deleted in list(root.iter("{*}del")):
        if next(deleted.iter("{*}r"), None) is not None:
            deleted.getparent().remove(deleted)
    for paragraph in list(root.iter("{*}p")):
        _join(paragraph)


def _join(paragraph: Any) -> None:
    """Put what a paragraph has before the words of the next one, where its end is deleted."""
    properties = paragraph.find("{*}pPr")
    following = paragraph.getnext()
    if properties is None or following is None or following.tag != paragraph.tag:
        return
    if not any(properties.find(f"{{*}}rPr/{{*}}{name}") is not None for name in ("del", "moveFrom")):
        return
    paragraph.remove(properties)
    at = int(following.find("{*}pPr") is not None)
    for part in reversed(list(paragraph)):
        following.insert(at, part)
    paragraph.getparent().remove(paragraph)
