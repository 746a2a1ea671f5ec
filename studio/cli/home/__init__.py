"""Commands about a home as a whole: copies of it, what fills its disk, what waits in its trash.

They print what the services say.
"""
