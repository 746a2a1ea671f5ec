"""How these pages look: one column, the studio's colours, light and dark, on a phone as on a screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from studio.copy.catalog import language, say
from studio.errors import StudioError

LOGO = (
    '<svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><rect width="32" height="32" rx="8" '
    'fill="#0f5c6e"/><path d="M9 23 22.5 9.5" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/>'
    '<circle cx="23.2" cy="8.8" r="2.1" fill="none" stroke="#fff" stroke-width="1.7"/><path d="M8.6 23.4c-2.8-5.6 3-7 '
    '5-4.6s-1.2 5.4 2.4 6.2 5.2-3.4 8.4-2.2" fill="none" stroke="#8fd3e0" stroke-width="1.8" stroke-linecap="round"/>'
    "</svg>"
)
STYLE = """
:root{color-scheme:light dark;--ink:#1c2430;--soft:#4b5768;--line:#d7dde5;--edge:#76849a;--ground:#f6f7f9;--card:#fff;
--accent:#0f5c6e;--on-accent:#fff;--good:#1a6b3c;--good-soft:#e4f3ea;--bad:#a32020;--bad-soft:#fbe7e7;--quiet:#eef1f5}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf3;--soft:#a9b6c5;--line:#33404f;--edge:#76849a;--ground:#12171e;
--card:#1a212a;--accent:#6cc5d8;--on-accent:#0b1d23;--good:#7fd4a0;--good-soft:#17362a;--bad:#ff9d9d;
--bad-soft:#422126;--quiet:#232d38}}
*{box-sizing:border-box}
body{margin:0;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground)}
main{max-width:26rem;margin:0 auto;padding:8vh 16px 64px}
main.wide{max-width:56rem;padding-top:36px}
.brand{display:flex;align-items:center;gap:8px;font-weight:650;font-size:18px;margin:0 0 16px;color:inherit;
text-decoration:none}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:24px;margin:0 0 16px}
h1,h2{font-size:22px;line-height:1.3;letter-spacing:-.012em;margin:0 0 12px}h2{font-size:17px}
p{margin:0 0 12px}.soft{color:var(--soft)}
label{display:block;font-weight:600;margin:12px 0 4px}
label small{display:block;font-weight:400;font-size:13px;color:var(--soft)}
input,select{width:100%;font:inherit;color:inherit;background:var(--card);border:1px solid var(--edge);
border-radius:8px;padding:8px 12px;min-height:44px}
button{font:inherit;font-weight:600;color:var(--on-accent);background:var(--accent);border:1px solid var(--accent);
border-radius:8px;padding:8px 16px;min-height:44px;cursor:pointer;margin:16px 0 0}
input+button.quiet{margin-top:16px}
a.button{display:block;font-weight:600;text-align:center;text-decoration:none;overflow-wrap:anywhere;
color:var(--on-accent);background:var(--accent);border-radius:8px;padding:10px 16px;min-height:44px;margin:16px 0}
button.quiet{color:var(--ink);background:var(--quiet);border-color:var(--edge);margin:0}
button.danger{color:var(--bad);background:none;border-color:var(--bad);margin:0}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
a{color:var(--accent)}
.notice{border-radius:8px;padding:8px 12px;margin:0 0 12px;background:var(--good-soft);color:var(--good)}
.problem{background:var(--bad-soft);color:var(--bad)}
.code{font:600 17px/1.6 ui-monospace,monospace;overflow-wrap:anywhere;user-select:all}
.row select{margin:0 8px 8px 0}form+p,.scroll+p{margin-top:16px}section>p:last-child{margin-bottom:0}
.row{display:flex;flex-wrap:wrap;gap:8px;align-items:end}.row>*{flex:0 1 auto;min-width:0;max-width:100%}
.row label{margin:0}
.row select{width:auto;max-width:100%}
.person{border-top:1px solid var(--line);padding:16px 0}.person:first-of-type{border-top:0}
.person:last-of-type{padding-bottom:0}
.person h2{font-size:15px;margin:0;overflow-wrap:anywhere}.person h2 span{font-weight:400;color:var(--soft)}
.person .row,.person details{margin-top:8px}
summary{cursor:pointer;color:var(--accent);padding:10px 0;width:fit-content}
.line{display:flex;flex-wrap:wrap;gap:8px;align-items:end}.line>div{flex:1 1 14rem}.line>div:first-child{flex:0 0 7rem}
.line label{margin:0 0 4px}.line+button,form.quiet>button{margin-top:8px}.row form.quiet>button{margin-top:0}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:8px 12px 8px 0;border-top:1px solid var(--line);overflow-wrap:break-word}
td.number,th.number{text-align:right;white-space:nowrap}
"""


@dataclass(frozen=True)
class Field:
    """One line of a form."""

    name: str
    label: str
    kind: str = "text"
    autocomplete: str = "off"
    value: str = ""
    hint: str = ""
    may_be_empty: bool = False
    id: str = ""  # its name, unless several forms of a page have one of this name


def page(title: str, body: str, *, base: str = "", problem: StudioError | None = None, notice: str = "",
         wide: bool = False) -> str:  # fmt: skip
    """The whole document; `body` is markup, all else is text."""
    told = f'<p class="notice" role="status">{escape(notice)}</p>' if notice else ""
    told += problem_line(problem)
    return (
        f'<!doctype html><html lang="{escape(language())}"><head><meta charset="utf-8">'
        f"<title>{escape(title)} · {escape(say('app.tailor_studio'))}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<style>{STYLE}</style></head><body><main class="{"wide" if wide else ""}">'
        f'<a class="brand" href="{escape(base)}/">{LOGO}{escape(say("app.tailor_studio"))}</a>'
        f"<section><h1>{escape(title)}</h1>{told}{body}"
        "</section></main></body></html>"
    )


def problem_line(problem: StudioError | None) -> str:
    """What was wrong and what to do, as markup; nothing where nothing was."""
    if problem is None:
        return ""
    said = " ".join(filter(None, (problem.message, problem.hint)))
    return f'<p class="notice problem" role="alert">{escape(said)}</p>'


def form(action: str, token: str, fields: Sequence[Field], button: str, *, kind: str = "", inside: str = "") -> str:
    """A form that carries its token; `inside` is markup before the button."""
    style = f' class="{kind}"' if kind else ""
    return (
        f'<form method="post" action="{escape(action)}">'
        f'<input type="hidden" name="token" value="{escape(token)}">'
        f"{''.join(map(line_of, fields))}{inside}<button{style}>{escape(button)}</button></form>"
    )


def hidden(name: str, value: str) -> str:
    """What a form sends without showing it."""
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'


def line_of(field: Field) -> str:
    """Label and input."""
    hint = f"<small>{escape(field.hint)}</small>" if field.hint else ""
    required = "" if field.may_be_empty else " required"
    id = escape(field.id or field.name)
    return (
        f'<label for="{id}">{escape(field.label)}{hint}</label>'
        f'<input id="{id}" name="{escape(field.name)}" type="{escape(field.kind)}" '
        f'value="{escape(field.value)}" autocomplete="{escape(field.autocomplete)}"{required}>'
    )


def choice(name: str, id: str, label: str, options: Sequence[tuple[str, str]]) -> str:
    """A list to choose from: (value, text) each."""
    lines = "".join(f'<option value="{escape(value)}">{escape(text)}</option>' for value, text in options)
    chosen = f'<select id="{escape(id)}" name="{escape(name)}">{lines}</select>'
    return f'<label for="{escape(id)}">{escape(label)}</label>{chosen}'


def link(base: str, path: str, text: str, *, kind: str = "") -> str:
    """To another page of ours, in a line of its own; as a `button` where it is what most people come for."""
    style = f' class="{kind}"' if kind else ""
    return f'<p><a{style} href="{escape(base)}{escape(path)}">{escape(text)}</a></p>'


def passwords(name: str = "password") -> list[Field]:
    """A new password, typed twice."""
    return [
        Field(name, say("sign_in_page.new_password"), "password", "new-password", hint=say("sign_in_page.idea")),
        Field("again", say("sign_in_page.again"), "password", "new-password"),
    ]
