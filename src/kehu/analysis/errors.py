"""The one kind of error a person may see: a sentence that says what, where and what to do."""


class InputError(Exception):
    """What was handed in cannot be used.

    ``str(error)`` is one clear sentence for the reader: what is wrong, where (file, row, column) and what to do.
    The command line prints it and exits with 2; a screen shows it as it is.
    """

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what, self.where, self.remedy = what, where, remedy
        place = f"{where}: " if where else ""
        super().__init__(f"{place}{what}." + (f" {remedy}." if remedy else ""))
