"""How the page is served as a program of the computer: its life, what the system is told, and what may be measured.

Imports `services` and uvicorn; of Gradio only `gradio_import` knows, and it knows no more than where it lies.
"""
