"""Templates of HTML pages: what they show is text of strangers, and is escaped."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from aksnetpol.report.escape import UNSEEN


def template(package: str, folder: str, name: str, helpers: Mapping[str, Any]) -> Any:
    """Return a template of one of our packages.

    Args:
        package, folder: where it is.
        helpers: what it may use beside what it is given to show.
    """
    environment = Environment(
        loader=PackageLoader(package, folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_seen,
    )
    environment.globals.update(helpers)
    return environment.get_template(name)


def _seen(value: object) -> object:
    """Drop what turns the direction of text or has no width; the template's own parts are Markup."""
    return value if isinstance(value, Markup) else UNSEEN.sub("", str(value))
