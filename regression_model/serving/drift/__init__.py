"""What of the rows that a service answers has shifted since training: as JSON, a page, metrics."""
