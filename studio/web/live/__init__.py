"""What goes on is told to the pages as it happens: read from a run's files once, sent to all who watch.

Imports services and the page's copy; the tabs and Gradio are not known here.
"""
