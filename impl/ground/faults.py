"""What went wrong outside the rules: input that cannot be used."""

from impl.ground.words import printable


class BadInput(Exception):
    """A person's input that cannot be used, in one line: what, where, what would be right.

    The command line prints the line and leaves with exit code 2; nobody sees a traceback.
    """

    def __init__(self, what: str) -> None:
        """Keep the line free of breaks and control characters, whatever was quoted in it."""
        super().__init__(printable(" ".join(what.split())))


class OutOfTime(BadInput):
    """The time was over before anything was looked at: exit code 1, for what is not known is no
    pass, and nothing was typed wrongly."""
