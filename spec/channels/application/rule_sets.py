"""The application channel as ForceMove has it, and without one of its rules: as values."""

from attrs import evolve

from spec.channels.application import applications as apps
from spec.channels.application import outcomes as o
from spec.channels.application import rock_paper_scissors as rps
from spec.channels.application import rules as r
from spec.channels.application import strategy as s
from spec.channels.application.rules import Rules
from spec.kernel.basics import DAY

FORCEMOVE = Rules(
    window=DAY,
    admits_deposit=r.as_expected,
    takes_deposit=r.until_final,
    lets_challenge=r.parties_only,
    supports=r.signed_by_all_or_in_turn,
    may_challenge=r.newer_while_running,
    may_checkpoint=r.newer,
    record_after=r.raised_record,
    concludes=r.final_and_unanimous,
    pays=o.in_order,
    stalled=apps.who_stalls_forfeits,
    shows=rps.nothing,
)
"""ForceMove, with ordered outcomes and deposits that expect what is held."""

SHORT_WINDOW = evolve(FORCEMOVE, window=DAY // 2)
"""Half a day to answer a challenge, where honest parties need a day."""

ABLATIONS: dict[str, Rules] = {
    "expected-held": evolve(FORCEMOVE, admits_deposit=r.whatever_is_held),
    "closed-to-deposits": evolve(FORCEMOVE, takes_deposit=r.at_any_time),
    "parties-only": evolve(FORCEMOVE, lets_challenge=r.anybody),
    "predecessor": evolve(FORCEMOVE, supports=r.signed_by_its_mover),
    "valid-transition": evolve(FORCEMOVE, supports=r.signed_in_turn),
    "newer-challenge": evolve(FORCEMOVE, may_challenge=r.never_older),
    "challenge-at-record": evolve(FORCEMOVE, may_challenge=r.always_newer),
    "newer-checkpoint": evolve(FORCEMOVE, may_checkpoint=r.not_older),
    "raised-record": evolve(FORCEMOVE, record_after=r.record_stays),
    "unanimity": evolve(FORCEMOVE, concludes=r.final_is_enough),
    "finality": evolve(FORCEMOVE, concludes=r.unanimous),
    "priority": evolve(FORCEMOVE, pays=o.last_first),
    "sufficiency": evolve(FORCEMOVE, pays=o.each_in_full),
    "forfeit": evolve(FORCEMOVE, stalled=apps.stakes_go_back),
    "hiding": evolve(FORCEMOVE, shows=rps.everything),
    "time-to-show": evolve(FORCEMOVE, player=evolve(FORCEMOVE.player, takes=s.at_any_moment)),
    "both-stakes": evolve(FORCEMOVE, player=evolve(FORCEMOVE.player, plays=s.at_once)),
}
"""ForceMove, each without one of its rules."""
