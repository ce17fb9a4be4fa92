"""Files of rows in; predictions, checks or figures out."""
