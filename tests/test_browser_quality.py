"""Every page as people use it who do not see it, do not point at it, or see little of it at a time."""

import pytest
from browser import MARKS, ask, axe, pane, ready, serving, still, watched
from fakes import QuoteAll, assistant_at
from page_fakes import built

from chat.page.server import build_app
from chat.page.shell import NAV

pytestmark = [*MARKS, pytest.mark.filterwarnings("ignore:The copy keyword is deprecated")]
MEMO = (
    "# Memorandum\n\nThe load limit of the Lowick bridge is 18 tonnes. Eleven of forty bolts are loose.\n\n"
    "# Costs\n\nRepairs cost 240,000 euros. The memo was signed by Ada Vance on 2 April 2023."
)
ARABIC = "الجسر مغلق منذ الثاني من أبريل. لم يوقع أحد على الرسالة الثانية."
CHINESE = "桥梁已经关闭了。没有人签署第二封信。修理费用为二十四万欧元。"
REPORTS = """addEventListener("securitypolicyviolation", (event) => {
  (window.broken ||= []).push(`${event.violatedDirective} ${event.blockedURI}`);
});"""
SHIFTS = """window.shifted = 0; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift" });"""
WIDE = 1100
"""From this width on, in pixels, the reader is beside the chat before anything is asked."""
SIZES = {"phone": (390, 844, 1), "zoom": (720, 450, 2)}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """An assistant with something on every page, and the address of its server."""
    with assistant_at(tmp_path_factory.mktemp("quality") / "home", answerer=QuoteAll(6)) as assistant:
        long = "https://example.org/" + "a-very-long-path-without-a-blank/" * 4
        assistant.add_text(MEMO, source=long, title="Lowick memo", metadata={"published": "2023-04-02"})
        assistant.add_text(ARABIC, source="arabic.txt", title="مذكرة عن الجسر")
        assistant.add_text(CHINESE, source="chinese.txt", title="关于桥梁的备忘录")
        assistant.add_text("The ferry leaves at noon.", source="ferry", title="Ferry", collection="boats")
        answer = assistant.ask("What is the load limit of the Lowick bridge?")
        assistant.mark(answer.conversation, 1, 1, "checked", "av")
        for citation in answer.citations[:2]:
            assistant.pin(citation.document_id, citation.start, citation.end, note="For the second part")
        grid = assistant.create_grid(
            ["What is the load limit?", "Who signed?"], documents=[answer.citations[0].document_id]
        )
        list(assistant.fill_grid(grid.id))
        with serving(built(assistant, lambda: build_app(assistant))) as address:
            yield assistant, address


def addresses(assistant):
    """Every page of the bar, and what they lead to."""
    (conversation, *_), (grid, *_) = assistant.conversations(), assistant.grids()
    identity = assistant.documents()[0].id
    inner = [
        f"/conversations/{conversation.id}",
        f"/many/{grid.id}",
        f"/library/{identity}/16-40",
        "/mentions?term=bridge",
    ]
    return [*(path for path, _ in NAV), *inner]


def shown(page, address, path):
    """Open a page and wait until it shows what it has; gives the server's answer."""
    answer = page.goto(address.rstrip("/") + path)
    assert answer.status == 200, path
    if path == "/":
        ready(page)
        page.wait_for_selector(".fn-example")
        if page.viewport_size["width"] >= WIDE:
            pane(page)  # where the first document is shown
        still(page)
    return answer


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_finding_or_breaks_its_policy(browser, site, scheme):
    assistant, address = site
    with watched(browser, address, color_scheme=scheme) as page:
        page.add_init_script(REPORTS)
        every = addresses(assistant)
        for path in every if scheme == "light" else every[::4]:  # colours are the same on all of them
            answer = shown(page, address, path)
            policy = answer.headers["content-security-policy"]
            assert "unsafe-eval" not in policy and "http" not in policy and "*" not in policy, path
            assert axe(page) == [], path
            assert page.evaluate("window.broken || []") == [], path


def test_a_person_without_a_mouse_reaches_everything_and_sees_where(browser, site):
    assistant, address = site
    with watched(browser, address) as page:
        for path in addresses(assistant):
            shown(page, address, path)
            missed = page.evaluate(WALK_BEFORE)
            seen = []
            for _ in range(missed["count"] + 40):
                page.keyboard.press("Tab")
                at = page.evaluate(WALK_AT)
                if at is None or (seen and at["key"] == seen[-1]["key"]):  # a date has three places in it
                    continue
                if at["key"] in [each["key"] for each in seen]:
                    break
                seen.append(at)
            assert [each["what"] for each in seen if not each["visible"]] == [], path
            left = page.evaluate(
                "() => window.wanted.filter((each) => !each.reached).map((each) => each.what)"
            )
            assert left == [], path


WALK_BEFORE = """() => {
  const usable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const shown = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getClientRects().length
    && !node.disabled && !node.closest("[inert]") && node.tabIndex >= 0;
  const radios = new Set();
  window.wanted = [...document.querySelectorAll(usable)].filter(shown).filter((node) => {
    if (node.type !== "radio") return true;
    const fresh = !radios.has(node.name);
    radios.add(node.name);
    return fresh;
  }).map((node) => ({ node, reached: false, what: node.outerHTML.slice(0, 120) }));
  document.body.tabIndex = -1; document.body.focus();
  return { count: window.wanted.length };
}"""
WALK_AT = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  for (const each of window.wanted)
    if (each.node === node || (node.type === "radio" && each.node.name === node.name)) each.reached = true;
  const style = getComputedStyle(node);
  const around = getComputedStyle(node.closest("label, .input-container") || node);
  const lined = (one) => one.outlineStyle !== "none" && parseFloat(one.outlineWidth) > 0;
  const ring = (one) => lined(one) || one.boxShadow !== "none";
  const box = node.getBoundingClientRect();
  window.keys ||= new Map();
  if (!window.keys.has(node)) window.keys.set(node, window.keys.size);
  return { key: window.keys.get(node), what: node.outerHTML.slice(0, 120), visible: node.tagName === "IFRAME"
    || ((ring(style) || ring(around)) && box.width > 0) };
}"""


@pytest.mark.parametrize("size", SIZES)
def test_on_a_phone_and_at_twice_the_size_nothing_is_cut_off(browser, site, size):
    assistant, address = site
    width, height, scale = SIZES[size]
    with watched(browser, address, width=width, height=height, device_scale_factor=scale) as page:
        for path in addresses(assistant):
            shown(page, address, path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_text_of_other_scripts_has_its_own_direction(browser, site):
    assistant, address = site
    arabic = next(each for each in assistant.documents() if each.source == "arabic.txt")
    with watched(browser, address) as page:
        wanted = (f"/library/{arabic.id}", "/library", "/mentions?term=الجسر")
        for path in wanted:
            shown(page, address, path)
            held = page.get_by_text("الجسر").locator("visible=true").first
            assert held.evaluate("node => getComputedStyle(node).direction") == "rtl", path
        shown(page, address, "/")
        ask(page, "的桥梁 الجسر مغلق")
        line = page.locator(".fn-text:has-text('الجسر')").first
        assert line.evaluate("node => getComputedStyle(node).direction") == "rtl"


def test_nothing_jumps_while_an_answer_comes(browser, site):
    _, address = site
    with watched(browser, address) as page:
        shown(page, address, "/")
        page.evaluate(SHIFTS)
        ask(page, "What is the load limit of the Lowick bridge?")
        still(page)
        assert page.evaluate("window.shifted") < 0.1


def test_whoever_wants_no_motion_gets_none(browser, site):
    assistant, address = site
    moving = """() => [...document.querySelectorAll("body *")].filter((node) => {
      const style = getComputedStyle(node);
      const lasts = [style.animationDuration, style.transitionDuration].join(",");
      const seconds = lasts.split(",").map(parseFloat);
      return node.checkVisibility() && Math.max(...seconds) > 0.05 && (style.animationName !== "none"
        || !/^(none|all)$/.test(style.transitionProperty) || style.transitionDuration !== "0s");
    }).map((node) => node.outerHTML.slice(0, 100))"""
    with watched(browser, address, reduced_motion="reduce") as page:
        for path in addresses(assistant):
            shown(page, address, path)
            assert page.evaluate(moving) == [], path
