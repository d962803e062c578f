"""Pages are written whole or not at all, from templates in which everything is escaped."""

import os
import tempfile
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from impl.faults import BadInput

FOLDER = "templates"


def page(template: str, model: Mapping[str, Any]) -> bytes:
    """A page of a template, its style and script inside it."""
    return _template(template).render(model, asset=asset).encode()


def asset(name: str) -> Markup:
    """A style sheet or script of ours, to stand in the page as it is."""
    text = files(__package__).joinpath(FOLDER, name).read_text(encoding="utf-8")
    if "</s" in text.lower():
        raise ValueError(f"{name} would end the element that it stands in")
    return Markup(text)


def write_whole(data: bytes, path: Path) -> Path:
    """Write a file, all of it or nothing. Raises BadInput where that fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            readable = 0o666 & ~_umask()
            Path(temporary).chmod(readable)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise BadInput(
            f"{path}: cannot write the page ({error.strerror}); name a writable folder"
        ) from None
    return path


def _umask() -> int:
    """What the user withholds from others; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


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
