"""What stands on the page before Gradio's scripts have run."""

from studio.web.layout.first_paint import FirstPaint, first_paint

PAGE = b"<html><head><script>1</script></head><body><gradio-app></gradio-app></body></html>"


def test_our_own_lines_stand_before_gradios() -> None:
    page = FirstPaint(b"<i></i>", b"<p></p>").put_into(PAGE)
    assert page.startswith(b"<html><head><i></i><script>") and b"<body><p></p><gradio-app>" in page


def test_the_page_bears_its_name_at_once_and_no_inline_script() -> None:
    opening = first_paint()
    assert b"Tailor Studio" in opening.body and b"<script" not in opening.body
    assert opening.head == b'<script src="studio/look/transport.js"></script>'
