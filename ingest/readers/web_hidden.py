"""What a web page hides by its own styles: in elements, and in the rules of its own style sheets.

Rules are parsed by tinycss2 and matched by cssselect2; of two that say different things the stronger one
counts, as in a browser. Style sheets that a page only names are not fetched. A rule for some screens only,
such as narrow ones, never hides, since the words are there on others; what shows on hovering is hidden.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any

_MOST_CSS = 1 << 20  # characters of all style sheets of a page
_MOST_TESTS = 500_000  # of a rule on an element; rules beyond it are not looked at
_MOST_SELECTORS = 5_000
_MOST_STEPS = 20  # blanks and signs of one selector, such as `div > .a p`
_DEEPEST = 4  # rules for screens within one another
_PROPERTIES = frozenset(
    "display visibility opacity font-size font text-indent position left top color background "  # noqa: SIM905
    "background-color".split()
)
_ZERO = re.compile(r"(?:0+(?:\.0*)?|\.0+)(?:%|[a-z]+)?")
_FAR = re.compile(r"-(?:\d{4,}|\d{3,}(?:\.\d+)?(?:r?em|%|v[wh]))")
_NO_SIZE = re.compile(r"(?:^|\s)0(?:px|r?em|%|pt)?[/\s]")
_PLACED = ("absolute", "fixed", "relative", "sticky")
_EVERYWHERE = re.compile(r"\s*(?:(?:only\s+)?screen|all)?\s*")
_RELATIVE = re.compile(r"[\d.]+(?:em|%)|inherit|unset|smaller|larger")

_Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Stated:
    """What one rule, or an element's own style, states of the properties that hide; stronger ones apart."""

    normal: _Values = field(default_factory=dict)
    important: _Values = field(default_factory=dict)


def take_unseen(tree: Any) -> list[Any]:
    """Take what is not to be seen out of a page and return it, in its order, as elements of their own.

    Within what is invisible or without size, what shows all the same stays.
    """
    from lxml.html import Element

    whole, own = _unseen(tree)
    taken = []
    for element in tree.iter():
        if element in own:
            words = [element.text, *(child.tail for child in element)]
            if any(map(str.strip, filter(None, words))):
                piece = Element("p")
                piece.text = " ".join(filter(None, words))
                taken.append((element, piece))
        elif element in whole:
            taken.append((element, None))
    for element, piece in taken:
        if piece is None:
            element.drop_tree()
            element.tail = None
        else:
            element.text = " "
            for child in element:
                child.tail = " "
    return [element if piece is None else piece for element, piece in taken]


def _unseen(tree: Any) -> tuple[set[Any], set[Any]]:
    """Elements that are hidden with all that is in them, topmost ones only; and those whose own words are."""
    from cssselect2 import ElementWrapper

    wrapped = list(ElementWrapper.from_html_root(tree).iter_subtree())
    matcher = _matcher(tree, wrapped)
    whole, own, inside = set[Any](), set[Any](), set[Any]()
    faint: dict[Any, tuple[bool, bool]] = {}
    for each in wrapped:
        element = each.etree_element
        parent = element.getparent()
        if parent is not None and (parent in whole or parent in inside):
            inside.add(element)
            continue
        values = _computed(matcher, each, element)
        if element.tag in ("html", "body"):  # as while a script prepares the page
            faint[element] = (False, False)
        elif element.get("hidden") is not None or _is_gone(values):
            whole.add(element)
        else:
            faint[element] = _faint(values, faint.get(parent, (False, False)))
            if any(faint[element]):
                own.add(element)
    return whole, own


def _computed(matcher: Any, wrapped: Any, element: Any) -> _Values:
    """The values that count for an element, of weaker rules first."""
    stated = [payload for *_, payload in matcher.match(wrapped)] if matcher is not None else []
    style = element.get("style")
    if style:
        import tinycss2

        stated.append(_stated(tinycss2.parse_blocks_contents(style), everywhere=True))
    values: _Values = {}
    for each in stated:
        values.update(each.normal)
    for each in stated:
        values.update(each.important)
    return values


def _is_gone(values: _Values) -> bool:
    """Whether an element is hidden with all that is in it."""
    if values.get("display") == "none" or _ZERO.fullmatch(values.get("opacity", "1")):
        return True
    if _FAR.match(values.get("text-indent", "")):
        return True
    if values.get("position") in _PLACED and any(
        _FAR.match(values.get(side, "")) for side in ("left", "top")
    ):
        return True
    return bool(values.get("color")) and values["color"] == values.get("background-color")


def _faint(values: _Values, parent: tuple[bool, bool]) -> tuple[bool, bool]:
    """Whether an element's own words have no size, and whether they are invisible; children take both on."""
    size, visibility = values.get("font-size", "inherit"), values.get("visibility", "inherit")
    flat = parent[0] if _RELATIVE.fullmatch(size) else False
    hidden = parent[1] if visibility in ("inherit", "unset") else visibility in ("hidden", "collapse")
    return flat or bool(_ZERO.fullmatch(size)), hidden


def _matcher(tree: Any, wrapped: list[Any]) -> Any:
    """What finds the rules for an element; None where no rule of the page states what hides."""
    from cssselect2 import Matcher, SelectorError, compile_selector_list

    names: Counter[str] = Counter()
    for each in wrapped:
        names.update([f"#{each.id}", *(f".{name}" for name in each.classes), each.local_name.lower()])
    matcher, found, tests = Matcher(), 0, 0
    for selector, stated in _rules(tree):
        for part in _possible(selector, names) if found < _MOST_SELECTORS else ():
            try:
                (each,) = compile_selector_list(part)
            except SelectorError:
                continue
            last = f"#{each.id}" if each.id else f".{each.class_name}" if each.class_name else None
            cost = names[last or each.lower_local_name] if last or each.lower_local_name else len(wrapped)
            if each.never_matches or each.pseudo_element is not None or tests + cost > _MOST_TESTS:
                continue
            tests, found = tests + cost, found + 1
            matcher.add_selector(each, stated)
    return matcher if found else None


def _possible(selector: Iterable[Any], names: Mapping[str, int]) -> Iterator[list[Any]]:
    """Of a list of selectors those whose classes and ids the page has, if they are quick to match.

    Many parts are looked for at every depth, and `:has` in all that is below.
    """
    for comma, tokens in groupby(selector, lambda token: bool(token == ",")):
        part = list(tokens)
        wanted = {f"#{each.value}" for each in part if each.type == "hash"}
        wanted |= {f".{name.value}" for dot, name in pairwise(part) if dot == "." and name.type == "ident"}
        steps = sum(each.type == "whitespace" or each in (">", "+", "~") for each in part)
        search = any(each.type == "function" and each.lower_name == "has" for each in part)
        if not comma and wanted <= names.keys() and steps < _MOST_STEPS and not search:
            yield part


def _rules(tree: Any) -> Iterator[tuple[Any, _Stated]]:
    """The selectors of the page's own rules that state what hides, and what they state."""
    import tinycss2

    left = _MOST_CSS
    for style in tree.iter("style"):
        if next(style.iterancestors("noscript"), None) is not None:
            continue
        text = (style.text or "")[:left]
        left -= len(text)
        if text:
            rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
            yield from _within(rules, style.get("media") or "", everywhere=True)


def _within(
    rules: Iterable[Any], media: str, *, everywhere: bool, depth: int = 0
) -> Iterator[tuple[Any, _Stated]]:
    """Those of a list of rules, for the screens that `media` names."""
    import tinycss2

    media = media.lower()
    if re.search(r"\bprint\b", media) and not re.search(r"\b(?:screen|all|not)\b", media):
        return
    everywhere = everywhere and _EVERYWHERE.fullmatch(media) is not None
    for rule in rules:
        if rule.type == "qualified-rule":
            stated = _stated(tinycss2.parse_blocks_contents(rule.content), everywhere=everywhere)
            if stated.normal or stated.important:
                yield rule.prelude, stated
        elif rule.type == "at-rule" and rule.content is not None and depth < _DEEPEST:
            keyword = rule.lower_at_keyword
            if keyword in ("media", "supports", "container", "layer"):
                inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
                condition = tinycss2.serialize(rule.prelude) if keyword == "media" else ""
                yield from _within(
                    inner,
                    condition,
                    everywhere=everywhere and keyword in ("media", "layer"),
                    depth=depth + 1,
                )


def _stated(declarations: Iterable[Any], *, everywhere: bool) -> _Stated:
    """What declarations state of the properties that hide; of rules for some screens only what shows."""
    import tinycss2

    stated = _Stated()
    for each in declarations:
        if each.type != "declaration" or each.lower_name not in _PROPERTIES:
            continue
        name, value = each.lower_name, tinycss2.serialize(each.value).strip().lower()
        if name == "font":
            name, value = "font-size", "0" if _NO_SIZE.search(value) else "1rem"
        if name in ("color", "background", "background-color"):
            name, value = ("color" if name == "color" else "background-color"), _colour(each.value)
        if everywhere or not (_is_gone({name: value}) or any(_faint({name: value}, (False, False)))):
            (stated.important if each.important else stated.normal)[name] = value
    return stated


def _colour(tokens: list[Any]) -> str:
    """The one colour that is stated, in a form to be compared; blank where there is none."""
    from tinycss2.color4 import parse_color

    colours = [found for token in tokens if (found := parse_color(token)) not in (None, "currentcolor")]
    if len(colours) != 1 or colours[0].alpha < 1:
        return ""
    try:
        return " ".join(f"{part:.3f}" for part in colours[0].to("srgb").coordinates)
    except NotImplementedError:
        return ""
