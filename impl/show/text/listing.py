"""What a rulebook has to offer."""

from typing import Any

from rich.console import Console
from rich.text import Text

from impl.lab.rules.knobs import fields_shown
from impl.show.telling.screen import DIM, heading, plural, table
from invariants.kernel.claims import Rulebook


def document(book: Rulebook) -> dict[str, Any]:
    """A rulebook, for programs."""
    return {
        "protocol": book.protocol.name,
        "default_rules": book.default_rules,
        "default_scope": book.default_scope,
        "rule_sets": [
            {"name": r.name, "summary": r.summary, "source": r.source} for r in book.rule_sets
        ],
        "scopes": {name: dict(fields_shown(scope)) for name, scope in book.scopes.items()},
        "invariants": [{"id": i.id, "claim": i.claim, "kind": i.kind} for i in book.invariants],
        "witnesses": [{"id": w.id, "claim": w.claim} for w in book.witnesses],
        "theorems": [
            {"id": t.id, "claim": t.claim, "expect": t.expect, "sizes": t.sizes}
            for t in book.theorems
        ],
        "cases": [
            {
                "id": c.id,
                "title": c.title,
                "method": c.method,
                "rule_set": c.rule_set,
                "scope": c.scope,
                "breaks": c.breaks,
            }
            for c in book.cases
        ],
    }


def show(page: Console, book: Rulebook) -> None:
    """A rulebook, for people."""
    page.print(
        heading(book.protocol.name),
        Text(
            f"{plural(len(book.rule_sets), 'rule set')}, {plural(len(book.scopes), 'scope')},"
            f" {plural(len(book.invariants), 'invariant')},"
            f" {plural(len(book.theorems), 'theorem')}; * marks what is used by default",
            style=DIM,
        ),
    )
    rule_sets = [
        (_default(r.name, book.default_rules), Text.assemble(r.summary, (f"  [{r.source}]", DIM)))
        for r in book.rule_sets
    ]
    page.print(table(("rule set", "what it is, and its source"), rule_sets, tight=("rule set",)))
    scopes = [
        (
            _default(name, book.default_scope),
            ", ".join(f"{field} {value}" for field, value in fields_shown(scope)),
        )
        for name, scope in book.scopes.items()
    ]
    page.print(table(("scope", "how much there is in it"), scopes, tight=("scope",)))
    claims = [(i.id, i.kind.value, i.claim) for i in book.invariants]
    if claims:
        page.print(
            table(("invariant", "looked at", "claim"), claims, tight=("invariant", "looked at"))
        )
    witnesses = [(w.id, w.claim) for w in book.witnesses]
    if witnesses:
        page.print(table(("witness", "has to be seen"), witnesses, tight=("witness",)))
    theorems = [(t.id, t.expect.value, t.claim) for t in book.theorems]
    if theorems:
        page.print(table(("theorem", "expected", "claim"), theorems, tight=("theorem", "expected")))


def _default(name: str, default: str) -> str:
    return f"{name} *" if name == default else name
