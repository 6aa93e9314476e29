"""The Gradio page over an assistant: asking in the middle, the library at the side.

The reader, the cards over footnotes and the keys are the work of `static/fn.js`, which finds its places by
the `fn-` ids and classes given here. No gr.HTML and no `js=`: the page's policy forbids what they need.
"""

from typing import Any

from chat.page import shelf
from chat.page.asking import wire_asking
from chat.page.contents import EXAMPLES, PRIVATE, filled, past, state
from chat.page.keeping import wire_library
from chat.page.markdown import escape
from chat.page.shell import Site

_TEXT: dict[str, Any] = {"latex_delimiters": [], "sanitize_html": True}


def theme() -> Any:
    """Return a theme of system fonts only; colours and sizes are in `static/fn.css`."""
    import gradio

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
    return gradio.themes.Base(font=sans, font_mono=mono, primary_hue="slate", neutral_hue="stone")


def build_page(site: Site) -> Any:
    """Return the page as `gradio.Blocks`."""
    import gradio as gr

    def loaded(request: gr.Request) -> dict[Any, Any]:
        assistant = site.mine(request.request)
        return {**state(gr, assistant, parts), **past(gr, assistant, parts, None)}

    with gr.Blocks(title="Footnote", analytics_enabled=False, fill_width=True) as blocks:
        parts = {
            "conversation": gr.State(None),
            "shown": gr.State([]),
            "asked": gr.State(""),
            "chosen": gr.State(""),
        }
        with gr.Sidebar(width=300, elem_id="fn-side"):
            parts |= _side(gr)
        with gr.Column(elem_id="fn-main"):
            gr.Markdown(
                f'<span class="fn-name">Footnote</span> <span>{escape(site.privacy)}</span>',
                elem_id="fn-top",
                **_TEXT,
            )
            parts |= _middle(gr)
        wire_asking(gr, site, parts)
        wire_library(gr, site, parts)
        blocks.load(
            loaded,
            None,
            [*filled(parts), parts["past"], parts["past_title"], parts["forget"]],
            **PRIVATE,
        )
    blocks.queue(default_concurrency_limit=8, api_open=False)
    return blocks


def _side(gr: Any) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    parts["new"] = gr.Button("New conversation", elem_id="fn-new", size="sm")
    parts["count"] = gr.Markdown("", elem_classes="fn-side-title", **_TEXT)
    parts["upload"] = gr.UploadButton("Add files", file_count="multiple", size="sm", elem_id="fn-upload")
    parts["url"] = gr.Textbox(
        show_label=False,
        placeholder="Add a web page: https://…",
        submit_btn="Add",
        elem_id="fn-url",
        container=False,
    )
    parts["progress"] = gr.Markdown("", elem_id="fn-adding", **_TEXT)
    parts["collections"] = gr.Dropdown(
        [], label="Ask only in", multiselect=True, visible=False, elem_id="fn-collections"
    )
    parts["table"] = gr.Dataframe(
        headers=shelf.HEADERS,
        datatype="str",
        type="array",
        interactive=False,
        show_label=False,
        show_search="search",
        max_height=300,
        buttons=[],
        column_widths=["148px", "96px", "96px", "150px"],
        elem_id="fn-documents",
    )
    parts["about"] = gr.Markdown("", **_TEXT)
    parts["remove"] = gr.Button("Remove from the library…", visible=False, size="sm", elem_id="fn-remove")
    with gr.Row(visible=False) as sure:
        parts["yes"] = gr.Button("Remove it", variant="stop", size="sm")
        parts["no"] = gr.Button("Keep it", size="sm")
    parts["sure"] = sure
    with gr.Accordion("Could not be read", open=False, visible=False) as unread:
        parts["failures"] = gr.Markdown("", **_TEXT)
    parts["unread"] = unread
    parts["past_title"] = gr.Markdown("Conversations", elem_classes="fn-side-title", visible=False, **_TEXT)
    parts["past"] = gr.Radio([], show_label=False, visible=False, container=False, elem_id="fn-past")
    parts["forget"] = gr.Button("Remove this conversation", visible=False, size="sm", elem_id="fn-forget")
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
        parts["searched"] = gr.Textbox(
            label="Searched",
            submit_btn="Search again",
            visible=False,
            max_lines=3,
            elem_id="fn-standalone",
        )
        parts["box"] = gr.Textbox(
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
