"""Where a protocol's rules stand."""

import sys
from typing import Any

from spec.kernel.protocol import Protocol


def home_of(protocol: Protocol[Any, Any, Any]) -> str:
    """The name of the module in which the rules of a step begin: where its steps are put together,
    if that is beside its actions, or else where its first action is."""
    module: str = protocol.roots[0].__module__
    package = module.rpartition(".")[0]
    beside = [name for name in sys.modules if name.startswith(f"{package}.")] if package else []
    for name in sorted(beside):
        if any(each is protocol.step for each in vars(sys.modules[name]).values()):
            return name
    return module
