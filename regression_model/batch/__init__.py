"""Files of rows in; predictions, checks or figures out.

A file is read in chunks (``processing.table_formats``). Its header is held against the model's
columns once (`headers`), each chunk is judged by the model (`judging`) and told to a `Summary`, and
the answers go where they are wanted: into files of any kind, as bytes that workers make of a chunk
(`chunk_scoring`, `processes`, `sinks`) and a run puts together from parts (`running`), into a list
of what is wrong (`checking`), or beside the truth (`evaluating`, `table_quality`, by way of
`truths`).
"""
