"""The page for people: one HTML answer, put together from the files beside this one.

Of its scripts, `service.js`, `row.js`, `what_if.js`, `table.js` and `page.js` know that there is a service; the
others (fields, charts, tables) are of use to any page that predicts.
"""
