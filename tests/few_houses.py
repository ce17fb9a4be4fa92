"""Tables of two houses each: one that is all right, and one with a row that is not."""

HEADER = "Id,GrLivArea,OverallQual\n"
GOOD = HEADER + "1,1710,7\n2,1500,5\n"
BROKEN = HEADER + "3,1710,7\n4,many,5\n"
