"""Files of rows in; predictions, checks or figures out.

A file is read in chunks (``processing.csv_files``). Its header is held against the model's columns
once (`headers`), each chunk is judged by the model (`judging`) and told to a `Summary`, and the
answers go where they are wanted: into a CSV file (`predicting`, `answers`), into a list of what is
wrong (`checking`), or beside the truth (`evaluating`, `table_quality`, by way of `truths`).
"""
