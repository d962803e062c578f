"""Pages are made from templates in which everything is escaped."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from impl.ground.words import printable

FOLDER = "templates"


def page(template: str, model: Mapping[str, Any]) -> bytes:
    """A page of a template, its style and script inside it."""
    return printable(_template(template).render(model, asset=asset)).encode()


def asset(name: str) -> Markup:
    """A style sheet or script of ours, to stand in the page as it is."""
    text = files(__package__).joinpath(FOLDER, name).read_text(encoding="utf-8")
    if "</s" in text.lower():
        raise ValueError(f"{name} would end the element that it stands in")
    return Markup(text)


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader(__package__, FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
