"""The questions a report answers, one file each; a new one is a file here and a line in ``compose``."""
