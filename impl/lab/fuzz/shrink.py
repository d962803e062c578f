"""Makes a failing run small without letting it slip to another failure.

A smaller run counts only if the first thing it breaks is the same claim for the same cause. First
actions are dropped, many at a time and then one by one; what a later action refers to may thereby
get another number, so an action that is refused now is made again from its choices. Then each
action is replaced by a smaller one of its kind, and each wait by a shorter one. At last a shorter
way by the same kinds of moves is looked for (`detours`).
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from time import monotonic
from typing import Any

from impl.ground.watchdog import faults_ignored, let_through
from impl.lab.claims.monitor import CLOCK_FROZEN, RULE_ERROR, Broken, rule_error
from impl.lab.fuzz.codec import LOOKED_THROUGH, Digits, Sources
from impl.lab.fuzz.detours import Detour
from impl.lab.runs.moves import Odometer
from impl.lab.runs.replay import Played, Player
from invariants.kernel.claims import Rulebook
from spec.kernel.clock import Wait

TRIES = 4_000
"""Runs that a shrink plays at most."""
NEARBY = 48
"""Smaller alternatives that are tried in the place of one action."""
EXCHANGES = 400
"""Runs that are played at most in search of an exchange that makes another action needless."""

Pair = tuple[str, str]
Actions = tuple[Any, ...]


class Shrinker:
    """Shrinks runs of one protocol towards one (invariant, cause)."""

    def __init__(
        self,
        rulebook: Rulebook,
        rules: Any,
        scope: Any,
        target: Pair,
        deadline: float | None = None,
    ) -> None:
        """Nothing is played yet. After the deadline (monotonic) what is small enough stays so."""
        self.player = Player(rulebook, rules, scope)
        self.sources = Sources(rulebook, rules, scope)
        self.target, self.deadline = target, deadline
        self.tries = 0
        self.broken: Broken | None = None
        """The finding of the smallest run so far."""
        self._noted: Actions = ()
        self._states = [self.player.initial]
        """The states before each action of the noted run."""
        self._origins: dict[Any, tuple[int, Digits, tuple[int, ...]]] = {}

    def shrink(self, actions: Sequence[Any]) -> Actions:
        """The smallest run found that still breaks the target; the run itself if none is."""
        best = self.verdict(actions)
        if best is None:
            return tuple(actions)
        best = self._until_nothing_changes(best)
        if self._late():
            self.verdict(best)
            return best
        detour = Detour(self.player, self.sources, self.target)
        shorter = detour.shorter(best)
        if len(shorter) < len(best):
            best = self._until_nothing_changes(shorter)
        if detour.left <= 0:
            best = self._exchanged(best)
        self.verdict(best)
        return best

    def _late(self) -> bool:
        return self.deadline is not None and monotonic() > self.deadline

    def _over(self) -> bool:
        """Were enough runs played?"""
        return self.tries >= TRIES or self._late()

    def _until_nothing_changes(self, best: Actions) -> Actions:
        while not self._over():
            smaller = self._pass(best)
            if smaller == best:
                break
            best = smaller
        return best

    def verdict(
        self, actions: Sequence[Any], repair_from: int | None = None, remake: bool = False
    ) -> Actions | None:
        """The accepted actions up to the target, or None if something else or nothing breaks.

        From the given place on, refused actions are replaced by what their choices mean now; with
        `remake`, all actions are, where the choices are counted from the end.
        """
        self.tries += 1
        start = self._known(actions, repair_from if remake else None)
        state, accepted = self._states[start], list(actions[:start])
        for n, action in enumerate(actions[start:], start):
            if remake and repair_from is not None and n >= repair_from:
                action = self._remade(state, action)
            played = self.player.play(state, action)
            if played.refusal is not None and repair_from is not None and n >= repair_from:
                played = self._repaired(state, action) or played
            if played.refusal is not None:
                continue
            accepted.append(played.action)
            if played.broken:
                return self._if_target(played.broken, accepted)
            state = played.after
        if self.target[0] == RULE_ERROR:
            return self._if_target(self._fault_ahead(state), accepted)
        if self.target[0] == CLOCK_FROZEN:
            return self._if_target(self.player.standing(state), accepted)
        return None

    def _if_target(self, broken: Sequence[Broken], accepted: list[Any]) -> Actions | None:
        for each in broken:
            if each.pair == self.target:
                self.broken = each
                return tuple(accepted)
        return None

    def _fault_ahead(self, state: Any) -> tuple[Broken, ...]:
        """What goes wrong in proposing moves, where no move is to blame."""
        try:
            for source in range(len(self.sources.weights)):
                for _ in islice(self.sources.alternatives(source, state), LOOKED_THROUGH):
                    pass
        except BaseException as error:
            return (rule_error(error),)
        return ()

    # --- refused actions made again ---

    def _note(self, actions: Actions) -> None:
        """Remember a run's states, and by which choices each of its actions came about."""
        self._noted, self._states, self._origins = actions, [self.player.initial], {}
        for action in actions:
            state = self._states[-1]
            with faults_ignored():
                place = self.sources.locate(state, action)
                if place is not None:
                    source, digits = place
                    sizes = self.sources.sizes(source, state, digits)
                    self._origins.setdefault(action, (source, digits, tuple(sizes)))
            self._states.append(self.player.play(state, action).after)

    def _known(self, actions: Sequence[Any], upto: int | None) -> int:
        """How many actions at the beginning are those of the noted run, its last one apart."""
        same = 0
        for mine, noted in zip(actions[:upto], self._noted[:-1], strict=False):
            if mine != noted:
                break
            same += 1
        return same

    def _remade(self, state: Any, action: Any) -> Any:
        """What was chosen then, with the choices counted from the end; else the action itself."""
        origin = self._origins.get(action)
        if origin is None or isinstance(action, Wait):
            return action
        source, digits, sizes = origin
        try:
            made = self.sources.draw(source, state, _chooser(digits, sizes))
        except BaseException as error:
            let_through(error)
            return action
        return made if type(made) is type(action) else action

    def _repaired(self, state: Any, action: Any) -> Played | None:
        origin = self._origins.get(action)
        if origin is None:
            return None
        source, digits, sizes = origin
        tried = {action}
        for variant in _variants(digits, sizes):
            try:
                made = self.sources.draw(source, state, variant)
            except BaseException as error:
                let_through(error)
                continue
            if made is None or made in tried or type(made) is not type(action):
                continue
            tried.add(made)
            played = self.player.play(state, made)
            if played.refusal is None:
                return played
        return None

    # --- one pass ---

    def _pass(self, best: Actions) -> Actions:
        size = max(1, len(best) // 2)
        while True:
            best = self._without(best, size)
            if size == 1:
                break
            size //= 2
        return self._simpler(self._without_pairs(best))

    def _without(self, best: Actions, size: int) -> Actions:
        """Drop runs of neighbours, the last ones first."""
        self._note(best)
        at = len(best) - size
        while at >= 0 and not self._over():
            smaller = self._dropped(best, at, size)
            if smaller is not None and len(smaller) < len(best):
                best = smaller
                self._note(best)
                at = min(at, len(best)) - size
            else:
                at -= 1 if size == 1 else max(1, size // 2)
        return best

    def _dropped(self, best: Actions, at: int, size: int) -> Actions | None:
        rest = (*best[:at], *best[at + size :])
        smaller = (
            self.verdict(rest) or self.verdict(rest, at) or self.verdict(rest, at, remake=True)
        )
        if smaller is None:
            gone = sum(a.seconds for a in best[at : at + size] if isinstance(a, Wait))
            if gone:
                smaller = self.verdict(_longer(rest, at, gone), at)
        return smaller

    def _without_pairs(self, best: Actions) -> Actions:
        """Drop two actions that only make sense together (a payment and its confirmation)."""
        if len(best) > 24:
            return best
        self._note(best)
        for first in range(len(best) - 2, -1, -1):
            for second in range(len(best) - 1, first, -1):
                if second >= len(best) or self._over():
                    break
                rest = (*best[:first], *best[first + 1 : second], *best[second + 1 :])
                smaller = self.verdict(rest, first)
                if smaller is not None and len(smaller) < len(best):
                    best = smaller
                    self._note(best)
                    break
        return best

    def _simpler(self, best: Actions) -> Actions:
        """Replace single actions by smaller ones of their kind."""
        at = 0
        while at < len(best) and not self._over():
            for smaller in self._smaller(best, at):
                self._note(best)
                changed = (*best[:at], smaller, *best[at + 1 :])
                result = self.verdict(changed) or self.verdict(changed, at + 1)
                if (
                    result is not None
                    and len(result) <= len(best)
                    and result[at : at + 1] == (smaller,)
                ):
                    best = result
                    break
            at += 1
        return best

    def _exchanged(self, best: Actions) -> Actions:
        """Replace an action by another of its kind, smaller or not, so that one can be dropped."""
        end = min(TRIES, self.tries + EXCHANGES)
        self._note(best)
        for at in range(len(best) - 1, -1, -1):
            for other in self._others(best, at):
                changed = (*best[:at], other, *best[at + 1 :])
                result = self.verdict(changed) or self.verdict(changed, at + 1)
                if result is None:
                    continue
                for gone in range(len(result) - 1, -1, -1):
                    if self.tries >= end or self._late():
                        return best
                    rest = (*result[:gone], *result[gone + 1 :])
                    shorter = self.verdict(rest) or self.verdict(rest, gone)
                    if shorter is not None and len(shorter) < len(best):
                        return self._exchanged(self._until_nothing_changes(shorter))
        return best

    def _others(self, best: Actions, at: int) -> Iterator[Any]:
        """Every move of the kind of an action in its place."""
        action, state = best[at], self._states[at]
        with faults_ignored():
            for source in range(len(self.sources.weights)):
                for other, _ in islice(self.sources.alternatives(source, state), NEARBY):
                    if type(other) is type(action) and other != action:
                        yield other

    def _smaller(self, best: Actions, at: int) -> Iterator[Any]:
        state = self.player.initial
        for action in best[:at]:
            state = self.player.play(state, action).after
        action = best[at]
        try:
            place = self.sources.locate(state, action)
        except BaseException as error:
            let_through(error)
            return
        source = self.sources.wait if isinstance(action, Wait) else place and place[0]
        if source is None:
            return
        for n, (other, digits) in enumerate(self.sources.alternatives(source, state)):
            if n >= NEARBY or (place is not None and digits >= place[1]):
                return
            if isinstance(action, Wait) and other.seconds >= action.seconds:
                return
            if type(other) is type(action) and self.player.play(state, other).refusal is None:
                yield other


def _longer(actions: Actions, start: int, seconds: int) -> Actions:
    """The first wait from a place on takes that much longer."""
    for n in range(start, len(actions)):
        action = actions[n]
        if isinstance(action, Wait):
            return (*actions[:n], Wait(action.seconds + seconds), *actions[n + 1 :])
    return actions


def _variants(digits: Digits, sizes: Sequence[int]) -> Iterator[Callable[[int], int]]:
    """The same choices; the same counted from the end; one of them a place earlier."""
    yield _chooser(digits, None)
    yield _chooser(digits, sizes)
    for n, digit in enumerate(digits):
        if digit:
            yield _chooser((*digits[:n], digit - 1, *digits[n + 1 :]), None)


def _chooser(digits: Digits, sizes: Sequence[int] | None) -> Callable[[int], int]:
    wheel = Odometer()

    def choose(n: int) -> int:
        at = wheel.at
        wheel.at += 1
        if at >= len(digits):
            return 0
        if sizes is not None:
            return max(0, n - (sizes[at] - digits[at]))
        return min(digits[at], n - 1)

    return choose
