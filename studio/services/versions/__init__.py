"""The versions of a project as a family: which came from which, how they fare on one exam, which one is served.

A version is a finished run; the next one is made of the old rows and the accepted corrections.
"""
