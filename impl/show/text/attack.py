"""The page that a person sees after the attack on a rule change."""

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from impl.ground.evidence import Word
from impl.ground.words import path_typed, quoted
from impl.lab.attack.proofs import NOT_ASKED, Verdict
from impl.lab.rules.change import CHANGE, RuleChange
from impl.lab.rules.places import typed_again
from impl.show.telling.assumed import assumed_row, assumed_text
from impl.show.telling.screen import BAD, DIM, GOOD, WARN, labelled, plural, seconds
from impl.show.text.attacked import Attack, contradictions, explored_text, opened_text, scopes_of
from impl.show.text.found import STYLE, change_rows, show_coverage, show_found
from impl.show.text.sieved import known_rows, old_text, show_old

MANY = 8
"""Values that refute a theorem are shown where there are no more than this many."""


def show_attack(page: Console, done: Attack) -> None:
    """What was changed, what each checker says, the runs, or what was not covered."""
    rows: list[tuple[str, RenderableType]] = [*change_rows(done.change)]
    if done.scope is not None:
        scope = Text.assemble(done.scope.title, (f"  ({done.scope.fields})", DIM))
        rows.append(("scope", scope))
    rows.append(("seed", Text(str(done.seed))))
    rows.append(("prove", _proofs(done)))
    rows.append(("explore", _explorations(done)))
    rows.append(("fuzz", _walks(done)))
    page.print(labelled(rows))
    for kept in done.new:
        show_found(page, kept.found)
    show_old(page, done.change, done.old)
    if not done.new:
        _show_pass(page, done)
    page.print()
    rows = [("verdict", _verdict(done)), ("time", Text(seconds(done.taken), style=DIM))]
    scopes = scopes_of(done.hunt)
    assumed = assumed_text(done.change.rulebook, scopes, [done.change.rules])
    page.print(labelled([*rows, assumed_row(assumed)]))


def _proofs(done: Attack) -> RenderableType:
    """One line for each theorem that the change touches; what it takes away first."""
    hidden = _not_asked(done)
    if not done.verdicts:
        nothing = "interrupted" if done.interrupted else "no theorem about decisions reads this"
        return Text(f"{nothing}{'; ' + hidden if hidden else ''}", style=DIM)
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for verdict in sorted((v for v in done.verdicts if v.asked), key=_weight):
        grid.add_row(verdict.id, _word(verdict), _said(done, verdict))
    if hidden:
        grid.add_row("...", "", Text(hidden, style=DIM))
    return grid


def _weight(verdict: Verdict) -> int:
    if verdict.lost:
        return 0
    if verdict.word is Word.PROVED:
        return 2
    return 3 if verdict.word is verdict.before else 1


def _word(verdict: Verdict) -> Text:
    style = STYLE[verdict.word]
    if verdict.word is verdict.before:
        style = DIM
    return Text(verdict.word.value.upper(), style=style)


def _said(done: Attack, verdict: Verdict) -> Text:
    """The condition that it needs, or the claim, or what keeps it from being proved."""
    base = done.change.rule_set.name
    if verdict.word is Word.PROVED:
        return Text(verdict.needs or verdict.claim)
    if verdict.word is verdict.before:
        return Text(f"as under {base}", style=DIM)
    if verdict.word is Word.VACUOUS:
        return Text("says nothing any more: what it assumes of the rules is not so")
    if verdict.word is Word.REFUTED:
        said = verdict.needs or f"not so: {verdict.claim.rstrip('.')}"
        return Text.assemble(said, (_values(verdict), DIM))
    return Text(verdict.said)


def _values(verdict: Verdict) -> str:
    """The values that refute, those that are not 0, if they are few."""
    telling = {name: value for name, value in verdict.values.items() if value}
    if not telling or len(telling) > MANY:
        return f"; prove it alone for the {len(verdict.values)} values" if verdict.values else ""
    return "; not for " + ", ".join(f"{name} {value:,}" for name, value in telling.items())


def _not_asked(done: Attack) -> str:
    parts = []
    late, steps = [v for v in done.verdicts if not v.asked], done.touched.steps
    if late:
        parts.append(f"{NOT_ASKED} about {plural(len(late), 'more theorem')}")
    if steps:
        parts.append(
            f"{plural(len(steps), 'theorem')} about whole steps may read it too, not asked"
        )
    return f"{'; '.join(parts)}: {_prove_command(done.change)}" if parts else ""


def _prove_command(change: RuleChange) -> str:
    typed = [
        f"--change {path_typed(text)}" if name == CHANGE else f"--rules.{name} {quoted(text)}"
        for name, text in change.changes.items()
    ]
    rule_set = f"{change.rulebook.protocol.name}/{change.rule_set.name}"
    return " ".join(["exitgame prove", rule_set, *typed]) + typed_again()


def _explorations(done: Attack) -> RenderableType:
    explored = list(done.hunt.explored.values())
    if not explored:
        return Text("interrupted" if done.interrupted else "no scope was opened", style=DIM)
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for each in explored:
        new = [hit for hit in done.hunt.new if hit.place == each.place and hit.method == "explore"]
        grid.add_row(each.place.name, Text(explored_text(each), style=BAD if new else ""))
    grid.add_row("", Text(seconds(done.hunt.explore_seconds), style=DIM))
    return grid


def _walks(done: Attack) -> Text:
    walked = done.hunt.walked
    if not walked.scopes:
        return Text("interrupted" if done.interrupted else "not needed any more", style=DIM)
    said = f"sampled {plural(walked.steps, 'step')} in {plural(walked.runs, 'run')}"
    scopes = ", ".join(name for name, steps in walked.scopes.items() if steps)
    return Text.assemble(f"{said}: {scopes}  ", (seconds(done.hunt.walk_seconds), DIM))


def _show_pass(page: Console, done: Attack) -> None:
    """No run was found that only the change breaks: what that does and does not mean."""
    show_coverage(page, done.hunt.coverage())
    rows: list[tuple[str, RenderableType]] = []
    words = done.hunt.words
    partly = [each.place.name for each in done.hunt.explored.values() if not each.exhausted]
    if partly:
        said = f"longer runs than were explored in {', '.join(partly)}, but for those sampled"
        rows.append(("not covered", Text(said)))
    sampled = [name for name, word in words.items() if word is Word.SAMPLED]
    if sampled:
        said = f"all but the sampled runs in {', '.join(sampled)}"
        rows.append(("" if rows else "not covered", Text(said)))
    unopened = [name for name, word in words.items() if word is Word.UNKNOWN]
    if unopened:
        rows.append(("NOT OPENED", Text(", ".join(unopened), style=WARN)))
    if done.hunt.stopped_in:
        said = f"the time was over in {done.hunt.stopped_in}, which had not returned for long"
        rows.append(("stopped", Text(said, style=WARN)))
    if done.interrupted:
        rows.append(("interrupted", Text("this is what was seen until then", style=WARN)))
    if done.old and not done.lost:
        rows.append(("note", Text(old_text(done.change, len(done.old)), style=WARN)))
    undecided = [v.id for v in done.verdicts if v.asked and _undecided(v)]
    if undecided:
        said = f"no answer any more about {', '.join(undecided)}, proved without the change"
        rows.append(("warning", Text(said, style=WARN)))
    rows += known_rows(done.known)
    if rows:
        page.print()
        page.print(labelled(rows))


def _undecided(verdict: Verdict) -> bool:
    """Was a theorem proved before, and is neither proved nor refuted now?"""
    return verdict.before is Word.PROVED and verdict.word not in (Word.PROVED, Word.REFUTED)


def _verdict(done: Attack) -> Text:
    """The last word, and how much of what belongs to the question it rests on."""
    if done.new:
        sure = done.new[0].hit.before.sure
        said = "the change breaks this" if sure else "broken; NOT KNOWN whether by the change"
        if done.lost:
            said = f"{said}, and REFUTED: {', '.join(v.id for v in done.lost)}"
        return Text("; ".join([said, *contradictions(done)]), style=BAD)
    scopes = opened_text(done)
    if done.lost:
        names = ", ".join(verdict.id for verdict in done.lost)
        said = f"REFUTED: {names}: the change breaks what these say; no run was found that shows it"
        return Text.assemble((said, BAD), f"; {scopes}")
    if not done.hunt.looked:
        return Text("there was no time to look at anything: nothing is known", style=WARN)
    if done.word is Word.UNKNOWN:
        said = (
            "not known: some scopes were not opened; in the others nothing that the change breaks"
        )
        return Text.assemble((said, WARN), f"; {scopes}")
    style = WARN if done.word in (Word.INTERRUPTED, Word.ASSUMED) else GOOD
    said = f"nothing found that the change breaks  {done.word.value}"
    open_ = sum(v.word in (Word.UNKNOWN, Word.ERROR) for v in done.verdicts)
    theorems = f"; {plural(open_, 'theorem')} not decided" if open_ else ""
    return Text.assemble((said, style), f"  {scopes}{theorems}")
