"""What goes on is told to the pages as it happens: read from a run's files once, sent to all who watch; and
what is typed on them is kept.

Imports services and the page's copy; the tabs and Gradio are not known here.
"""
