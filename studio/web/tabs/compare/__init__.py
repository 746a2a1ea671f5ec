"""The Compare tab: conversations, blind votes, a second opinion.

Imports `services.chats`, `services.votes` and the page's own parts.
"""
