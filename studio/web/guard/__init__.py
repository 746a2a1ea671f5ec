"""What stands before every route: which requests exist, where they come from, who asks, and what is hers.

`studio.web.security` puts the parts together. Imports services' types and the page's copy; of Gradio only what reads an
upload.
"""
