"""A box whose words were sent: it stays in the page, where the script drops its drafts, and nothing of it is seen.

Gradio's own `visible="hidden"` shows a box that did not stand there before, and later leaves its frame.
"""

SENT = "sent-box"  # a class of `studio.css`
