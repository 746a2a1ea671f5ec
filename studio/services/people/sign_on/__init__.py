"""Signing in by what the organisation has already: OpenID Connect, or a proxy that names who asks. Off until set.

Nothing of this folder, and none of its libraries, is imported where neither is switched on.
"""
