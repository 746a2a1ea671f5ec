"""FRONT DOOR: the page. The only floor with gradio; it asks the desk and knows nothing of files or models."""
