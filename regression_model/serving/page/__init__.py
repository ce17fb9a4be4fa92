"""The page for people: one HTML answer, put together from the files beside this one.

Of its scripts, `service.js` alone asks the service; `row.js`, `what_if.js`, `table.js` and
`page.js` ask that object and hold what a person does. All others (fields, charts, tables as text
and as answers) are functions of what they are given, of use to any page that predicts.
"""
