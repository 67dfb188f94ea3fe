"""The analysis half: pure Python over flat arrays, without Django, for notebooks and the command line."""
