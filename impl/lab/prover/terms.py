"""Terms of z3, as simple as they get; and z3's own references, made safe to be interrupted.

Whoever raises between the making of a reference and its being counted (recursion that goes too
deep, an alarm, Ctrl-C) leaves one that is given back without having been taken. z3 then frees what
is still used, and a later proof crashes the interpreter. So a reference holds nothing until it was
counted.
"""

from typing import Any

import z3
from z3 import z3 as bindings


def _counted(self: Any, ast: Any, ctx: Any = None) -> None:
    """What z3's own constructor does, in an order in which it can be left anywhere."""
    self.ast = None
    self.ctx = bindings._get_ctx(ctx)
    z3.Z3_inc_ref(self.ctx.ref(), ast)
    self.ast = ast


def _counted_model(self: Any, model: Any, ctx: Any) -> None:
    self.model, self.ctx = None, ctx
    z3.Z3_model_inc_ref(ctx.ref(), model)
    self.model = model


def _given_back(self: Any, give_back: Any = z3.ModelRef.__del__) -> None:
    if self.model is not None:
        give_back(self)


bindings.AstRef.__init__ = _counted
z3.ModelRef.__init__, z3.ModelRef.__del__ = _counted_model, _given_back

TRUE, FALSE = z3.BoolVal(True), z3.BoolVal(False)
_TRUE_ID, _FALSE_ID = TRUE.get_id(), FALSE.get_id()


def is_true(term: Any) -> bool:
    """Is the term the constant True? Quicker than z3's own question."""
    return bool(term.get_id() == _TRUE_ID)


def is_false(term: Any) -> bool:
    """Is the term the constant False?"""
    return bool(term.get_id() == _FALSE_ID)


def choice(condition: Any, yes: Any, no: Any) -> Any:
    """If-then-else on Booleans, as simple as it gets."""
    name = condition.get_id()
    if yes.get_id() == name:
        yes = TRUE
    if no.get_id() == name:
        no = FALSE
    if yes.get_id() == no.get_id():
        return yes
    if is_true(yes):
        return condition if is_false(no) else z3.Or(condition, no)
    if is_false(yes):
        return z3.Not(condition) if is_true(no) else z3.And(z3.Not(condition), no)
    if is_true(no):
        return z3.Or(z3.Not(condition), yes)
    if is_false(no):
        return z3.And(condition, yes)
    return z3.If(condition, yes, no)
