"""The Model tab: base model, recipe and plan. Imports `services` and the page's own parts."""
