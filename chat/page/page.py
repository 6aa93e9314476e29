"""The Gradio page over an assistant: asking in the middle, the library at the side.

The reader, the cards over footnotes and the keys are the work of `static/fn.js`, which finds its places by
the `fn-` ids and classes given here. No gr.HTML and no `js=`: the page's policy forbids what they need.
"""

from typing import Any

from chat.page.asking import wire_asking
from chat.page.choosing import wire_choosing
from chat.page.contents import EXAMPLES, top
from chat.page.keeping import wire_adding
from chat.page.reopening import wire_conversations
from chat.page.shell import Site
from chat.page.toolkit import gradio

_TEXT: dict[str, Any] = {"latex_delimiters": [], "sanitize_html": True}
_LOOKED_EVERY = 0.02  # seconds


def theme() -> Any:
    """Return a theme of system fonts only; colours and sizes are in `static/fn.css`."""
    sans = [
        "ui-sans-serif",
        "system-ui",
        "-apple-system",
        "Segoe UI",
        "Roboto",
        "Liberation Sans",
        "sans-serif",
    ]
    mono = ["ui-monospace", "Menlo", "Consolas", "Liberation Mono", "monospace"]
    return gradio().themes.Base(font=sans, font_mono=mono, primary_hue="slate", neutral_hue="stone")


def build_page(site: Site) -> Any:
    """Return the page as `gradio.Blocks`."""
    gr = gradio()
    with gr.Blocks(title="Footnote", analytics_enabled=False, fill_width=True) as blocks:
        parts = {"conversation": gr.State(None), "shown": gr.State([])}
        parts |= {"asked": gr.State(""), "ticked": gr.State({})}
        with gr.Sidebar(width=280, elem_id="fn-side"):
            parts |= _side(gr)
        with gr.Column(elem_id="fn-main"):
            parts["top"] = gr.Markdown(top(site.privacy, None), elem_id="fn-top", **_TEXT)
            parts |= _middle(gr)
        running = wire_asking(gr, site, parts)
        wire_conversations(gr, site, parts, blocks, running)
        wire_choosing(gr, site, parts)
        wire_adding(gr, site, parts)
    blocks.queue(default_concurrency_limit=8, api_open=False)
    # Gradio looks a thousand times a second whether anybody asks, which takes a twentieth of a processor.
    blocks._queue.sleep_when_free = _LOOKED_EVERY
    return blocks


def _side(gr: Any) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    parts["new"] = gr.Button("New conversation", elem_id="fn-new", size="sm")
    parts["count"] = gr.Markdown("", elem_id="fn-count", **_TEXT)
    parts["upload"] = gr.UploadButton("Add files", file_count="multiple", size="sm", elem_id="fn-upload")
    parts["url"] = gr.Textbox(
        label="Add a web page",
        placeholder="https://…",
        submit_btn="Add",
        elem_id="fn-url",
        container=True,
    )
    parts["progress"] = gr.Markdown("", elem_id="fn-adding", **_TEXT)
    with gr.Accordion("Ask only in…", open=False, elem_id="fn-only"):
        parts |= _only(gr)
    parts["past_title"] = gr.Markdown(
        '<p class="fn-side-title">Conversations · <a class="fn-action" href="/conversations">All</a></p>',
        visible=False,
        **_TEXT,
    )
    parts["past"] = gr.Radio([], label="Conversations", visible=False, container=False, elem_id="fn-past")
    parts["refresh"] = gr.Button("Look again", visible="hidden", size="sm", elem_id="fn-refresh")
    parts["forget"] = gr.Button("Remove this conversation", visible=False, size="sm", elem_id="fn-forget")
    return parts


def _only(gr: Any) -> dict[str, Any]:
    """What to ask within: collections, documents found by name, dates."""
    parts: dict[str, Any] = {}
    parts["collections"] = gr.Dropdown(
        [], label="Collections", multiselect=True, visible=False, elem_id="fn-collections"
    )
    parts["find"] = gr.Textbox(
        label="Documents", placeholder="Part of a title or file name", max_lines=1, elem_id="fn-find"
    )
    parts["documents"] = gr.CheckboxGroup(
        [],
        label="Documents found",
        show_label=False,
        interactive=True,
        visible=False,
        elem_id="fn-found",
    )
    with gr.Row():
        parts["since"] = gr.Textbox(
            label="From", placeholder="2023-04", max_lines=1, min_width=80, elem_id="fn-since"
        )
        parts["until"] = gr.Textbox(
            label="Until", placeholder="2024", max_lines=1, min_width=80, elem_id="fn-until"
        )
    return parts


def _middle(gr: Any) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    with gr.Column(elem_id="fn-first") as first:
        parts["invitation"] = gr.Markdown("", elem_id="fn-invitation", **_TEXT)
        parts["examples"] = [gr.Button("", visible=False, elem_classes="fn-example") for _ in range(EXAMPLES)]
    parts["first"] = first
    parts["chat"] = gr.Chatbot(
        layout="panel",
        allow_tags=False,
        latex_delimiters=[],
        sanitize_html=True,
        show_label=False,
        container=False,
        autoscroll=False,
        buttons=[],
        height=None,
        feedback_options=None,
        visible=False,
        elem_id="fn-chat",
    )
    with gr.Column(elem_id="fn-ask"):
        with gr.Row(elem_id="fn-narrowed"):
            parts["within"] = gr.Markdown("", elem_id="fn-within", **_TEXT)
            parts["everywhere"] = gr.Button(
                "Ask everywhere", size="sm", visible=False, min_width=80, elem_id="fn-everywhere"
            )
        parts["searched"] = gr.Textbox(
            label="Searched",
            submit_btn="Search again",
            visible=False,
            max_lines=3,
            elem_id="fn-standalone",
        )
        parts["box"] = gr.Textbox(
            label="Question",
            show_label=False,
            placeholder="Ask your documents",
            submit_btn="Ask",
            autofocus=True,
            max_lines=6,
            max_length=4000,
            elem_id="fn-box",
            html_attributes=gr.InputHTMLAttributes(spellcheck=True),
        )
    return parts
