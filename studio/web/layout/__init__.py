"""Parts of the page that several tabs use: a drawer, the bar at the foot, the field that hears our own buttons.

Imports `web.html`, `web.mounting` and `web.view`, and no tab.
"""
