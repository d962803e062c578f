"""The rules and scopes of Plasma that its tests walk through."""

from invariants.plasma.mvp.rulebook import PLASMA

MVP = PLASMA.rules_named("mvp").rules
HARDENED = PLASMA.rules_named("hardened").rules
FOURTH_STATE = PLASMA.rules_named("fourth-state").rules
WIDE = PLASMA.scopes["wide"]
SMALL = PLASMA.scopes["small"]
