"""The Teach tab: runs, their curves and live answers. Imports `services.runs` and the page's own parts."""
