"""The page for people: one HTML answer, put together from the files beside this one and panels.

Of its scripts, `service.js` alone asks the service; the others are in `reports.panels`, of use to
any page that predicts.
"""
