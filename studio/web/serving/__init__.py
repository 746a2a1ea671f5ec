"""How the page is served as a program of the computer: its life, what the system is told, and what may be measured.

Imports `services` and uvicorn, and no Gradio.
"""
