"""The command line: what the page can do, from a terminal or a script.

Imports `services` and `web.server`, each when a command needs it.
"""
