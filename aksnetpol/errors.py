"""The root of every exception that a user may see; each package derives its own tree from it."""


class AksnetpolError(Exception):
    """Something went wrong that the user can read and act on; never shown with a traceback.

    Args:
        message: what is wrong, where, and what to do, in one to three sentences.
    """

    exit_code = 1


class UserError(AksnetpolError):
    """The user's input is wrong: settings, arguments, files, environment."""

    exit_code = 2
