"""What a page has on which one tries a model: a form, its answer with charts, and a table.

`model.js` holds what a person does; `row.js`, `what_if.js` and `table.js` ask the page's `service`,
an object of `describe` and `predict`. All others (fields, charts, tables as text and as answers)
are functions of what they are given.
"""
