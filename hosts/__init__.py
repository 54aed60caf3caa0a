"""Everything the places that serve the lab need: launcher, settings, socket, page template.

``python -m hosts`` serves the dashboards on this machine. Nothing in here is imported by
``lab`` or ``widgets``; a notebook does not know which host shows it.
"""
