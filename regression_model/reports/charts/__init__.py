"""Charts as SVG, drawn from a few numbers each: no row of a table is ever in one."""
