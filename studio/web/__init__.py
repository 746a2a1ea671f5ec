"""The page: server, security, tabs. The only folder with gradio; imports `services` and what they hand out."""
