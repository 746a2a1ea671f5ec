"""What the page shows before Gradio's scripts have run: our name, and that it is on its way."""

from typing import NamedTuple

from studio.copy.catalog import say
from studio.web import html

TRANSPORT = '<script src="studio/look/transport.js"></script>'  # stands before all of Gradio's
SPLASH = """<style>
.opening{{position:fixed;inset:0;z-index:1;background:#f6f7f9;color:#1c2430;font:15px/1.5 system-ui,sans-serif}}
.opening>div{{box-sizing:border-box;max-width:1200px;margin:0 auto;padding:26px 24px}}
.opening>div{{display:flex;gap:12px;align-items:center}}
.opening img{{width:30px;height:30px}}.opening b{{font-size:18px;font-weight:650;letter-spacing:-.012em}}
.opening span{{margin-left:auto;color:#4b5768;font-size:14px}}
@media(prefers-color-scheme:dark){{.opening{{background:#12171e;color:#e8edf3}}.opening span{{color:#a9b6c5}}}}
body:has(.mounted) .opening{{display:none}}
</style><div class="opening" role="status"><div><img src="studio/look/logo.svg" alt=""><b>{name}</b>\
<span>{text}</span></div></div>"""


class FirstPaint(NamedTuple):
    """HTML for the beginning of the page's head, and for the beginning of its body."""

    head: bytes = b""
    body: bytes = b""

    def put_into(self, page: bytes) -> bytes:
        """The page with both in it."""
        return page.replace(b"<head>", b"<head>" + self.head, 1).replace(b"<gradio-app", self.body + b"<gradio-app", 1)


def first_paint() -> FirstPaint:
    """In the language of the page."""
    splash = SPLASH.format(name=html.safe(say("app.tailor_studio")), text=html.safe(say("app.opening")))
    return FirstPaint(TRANSPORT.encode(), splash.encode())
