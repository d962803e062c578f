"""The rule sets of the channel as values: the sound one, Celer's, and sound less one thing each."""

from attrs import evolve

from spec.channels.conditional import pays as p
from spec.channels.conditional import rules as r
from spec.channels.conditional import strategy as s
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.strategy import Strategy
from spec.channels.windows import deadline_stands, window_restarts
from spec.kernel.basics import DAY

CAREFUL = Strategy(
    time_left=s.time_to_resolve,
    covered=s.nothing_overspent,
    takes_voucher=s.if_it_can_raise,
    vetoes=s.vetoes_what_is_not_free,
)

SOUND = Rules(
    window=DAY,
    resolve_window=DAY,
    clear_margin=DAY,
    transfers=p.by_conditions,
    above_maximum=p.capped,
    raises=r.only_more,
    newer=r.strictly_newer,
    window_after=deadline_stands,
    adds_up_until=r.margin_after_both,
    confirms_after=r.after_both,
    split=r.clamped_split,
    after_failure=r.state_stands,
    limit=r.limit_less_pending,
    hears_veto=r.always_heard,
    strategy=CAREFUL,
)
"""What this project stands for."""

CELER = evolve(
    SOUND,
    above_maximum=p.as_it_is,
    window_after=window_restarts,
    adds_up_until=r.margin_after_locks,
    split=r.naive_split,
    after_failure=r.start_again,
)
"""As published: the window restarts, a settlement can fail, and then numbers begin anew."""

SHORT_WINDOW = evolve(SOUND, window=DAY // 2)
"""Half a day to show newer states and to veto, where honest parties need a day to answer."""

ABLATIONS: dict[str, Rules] = {
    "growing-results": evolve(SOUND, raises=r.anything_new),
    "waiting-for-locks": evolve(SOUND, confirms_after=r.after_window),
    "clear-margin": evolve(SOUND, clear_margin=0),
    "margin-after-window": evolve(SOUND, adds_up_until=r.margin_after_locks),
    "subtracting-first": evolve(SOUND, split=r.cap_then_subtract),
    "pending-in-limit": evolve(SOUND, limit=r.limit_with_pending),
    "veto": evolve(SOUND, hears_veto=r.never_heard),
    "watched-deadlines": evolve(SOUND, strategy=evolve(CAREFUL, time_left=s.whatever_the_deadline)),
    "time-to-answer": evolve(SOUND, strategy=evolve(CAREFUL, time_left=s.before_the_deadline)),
    "watched-balances": evolve(SOUND, strategy=evolve(CAREFUL, covered=s.whatever_is_left)),
    "wary-of-vouchers": evolve(SOUND, strategy=evolve(CAREFUL, takes_voucher=s.any_voucher)),
    "own-vetoes": evolve(SOUND, strategy=evolve(CAREFUL, vetoes=s.vetoes_nothing)),
}
"""SOUND, each without one thing. What CELER does differently is not among them."""
