"""Where a protocol's rules stand."""

from typing import Any

from spec.kernel.protocol import Protocol


def home_of(protocol: Protocol[Any, Any, Any]) -> str:
    """The name of the module in which the rules of a step begin."""
    module: str = protocol.roots[0].__module__
    return module
