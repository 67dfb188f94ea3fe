"""The analysis screens: each module builds one page, whose title is the answer, from computed figures."""
