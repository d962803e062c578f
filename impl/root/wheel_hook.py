"""What hatch puts into a wheel beside the house: the one name, and the example for `exitgame new`.

An editable installation finds both where they are in the repository.
"""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLACES = {
    "impl/root/exitgame": "exitgame",
    "docs/examples/escrow.py": "exitgame/house/impl/lab/starting/escrow.py",
}
"""What lies where in the wheel."""


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Asked by hatch before it builds."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the places, unless the installation is an editable one."""
        if version == "standard":
            build_data["force_include"].update(PLACES)
