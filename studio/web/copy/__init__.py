"""Every word that a person reads on the page, and sentences made of facts. Imports records and views, never gradio."""
