"""Which sentences a person reads on the page, chosen from facts. Their words stand in `studio/copy`; no gradio here."""
