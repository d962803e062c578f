"""What an author may have written by mistake: told in one line when the protocol is made."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from attrs import fields, has

from spec.kernel.action import Action, Own, can_be_told
from spec.kernel.basics import Only, Party, Unseen, Until
from spec.kernel.protocol import CONTRACT
from spec.kernel.shapes import bare, hints_of, timeless
from spec.kernel.steps import Steps

RIGHT: Mapping[str, tuple[Any, str]] = {
    "only": (Only, "only(...)"),
    "until": (Until, "until(...)"),
    "unseen": (Unseen, "UNSEEN"),
    "ghost": (bool, "GHOST"),
}
"""By the name of an entry in a field's metadata: of what type it is, and how it is written."""


def check_state(kind: Any) -> None:
    """Raises TypeError for what is no record, can be changed, or is marked in a wrong way."""
    if not (isinstance(kind, type) and has(kind)):
        raise TypeError(f"state is {kind!r}; it has to be a record: write @frozen above its class")
    _check_records(kind, ())


def _check_records(hint: Any, known: tuple[Any, ...]) -> tuple[Any, ...]:
    kind = bare(hint)[0]
    if kind in known:
        return known
    if not (isinstance(kind, type) and has(kind)):
        inner = [each for each in get_args(kind) if each != Ellipsis]
    else:
        if kind.__setattr__.__name__ != "_frozen_setattrs":
            raise TypeError(f"{kind.__name__} can be changed: write @frozen above its class")
        _check_marks(kind)
        known, inner = (*known, kind), [each for _, each in hints_of(kind)]
    for each in inner:
        known = _check_records(each, known)
    return known


def _check_marks(kind: type) -> None:
    hints = dict(hints_of(kind))
    for each in fields(kind):
        where = f"{kind.__name__}.{each.name}"
        if not each.init:
            raise TypeError(f"{where}: init=False leaves a step no way to set it")
        for name, (right, written) in RIGHT.items():
            mark = each.metadata.get(name)
            if name in each.metadata and not isinstance(mark, right):
                raise TypeError(f"{where}: {name} is {mark!r}; write metadata={written}")
            if isinstance(mark, Only | Until) and timeless(hints[each.name]):
                raise TypeError(f"{where}: `{name}` is for an Instant, and there is none in it")


def check_actions(step: Steps[Any, Any]) -> None:
    """Raises TypeError for what is no action, says nothing, or has no effect."""
    known: tuple[Any, ...] = ()
    for kind in step.actions:
        check_action(kind, "actions has")
        name = kind.__name__
        if "__dataclass_fields__" in vars(kind):
            raise TypeError(f"{name} is a frozen record by itself: take @dataclass away")
        if step.effects.get(kind) == Action.step:
            raise TypeError(f"{name} has no effect: give it a method step(self, state, rules)")
        if not kind.says and kind.clause == Action.clause:
            raise TypeError(f'{name} says nothing: write says="..." behind its kind')
        named = [each.name for each in fields(kind)]  # type: ignore[arg-type]
        if "to" in named and getattr(kind, "between", None) == Own.between:
            raise TypeError(f"{name}.to: Own has it; rename the field, or write `between`")
        known = can_be_told(kind, known)


def check_action(kind: Any, where: str) -> None:
    """Raises TypeError for what is no type of action."""
    if not (isinstance(kind, type) and issubclass(kind, Action)):
        raise TypeError(f"{where} {kind!r}; write a class made from Call, Delivery or Own")


def check_parties(
    parties: Mapping[Party, str] | Callable[[Party], str], actions: tuple[type[Action], ...]
) -> None:
    """Raises TypeError for what gives no names, and for a party of an action that has none."""
    if callable(parties):
        return
    if not isinstance(parties, Mapping):
        raise TypeError(f"parties is {parties!r}; write the names by party, {{ALICE: 'alice'}}")
    for party, name in parties.items():
        if party.__class__ not in (int,) or not isinstance(name, str):
            raise TypeError(f"parties has {party!r}: {name!r}; write ALICE: 'alice'")
    for kind in actions:
        for named in (kind.only, getattr(kind, "receiver", None)):
            if named is not None and named not in (*parties, CONTRACT):
                raise TypeError(f"parties has no name for party {named} of {kind.__name__}")
