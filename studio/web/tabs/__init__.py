"""The tabs of the page, a folder for each. Imports `services`, `web.copy` and the page's own parts."""
