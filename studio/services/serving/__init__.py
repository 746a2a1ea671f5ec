"""The server for other programs, as a person starts and ends it: a process of its own with a project's versions.

What it answers is `studio/serving`; keys of applications are kept here, since the page and the command line make them.
"""
