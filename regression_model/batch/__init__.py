"""Files of rows in; predictions, checks or figures out.

A file is read in chunks (``processing.table_files``). Its header is held against the model's
columns once (`headers`), each chunk is judged by the model (`judging`) and told to a `Summary`.

What is predicted goes where it is wanted. The files that are meant are found (`inputs`,
`sources`) and read as one stream of chunks (`reading`), which worker processes answer
(`processes`, `chunk_scoring`) as the bytes of some kind of output (`sinks`). These are written one
behind the other into what is open (`predicting`), or in parts that outlast the end of a run
(`running`, with `parts`, `part_files`, `manifest`, and `target`, which knows the places of
`local_places` and `remote_places`).

Else judgments go into a list of what is wrong (`checking`), or beside the truth (`evaluating`,
`table_quality`, by way of `truths`). `scorer` answers batches for engines of many machines.
"""
