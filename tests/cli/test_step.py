"""`exitgame replay --step`: what every action did, with the arrow keys or one below the other."""

import re

import pytest

from impl.cli.stepping import KEY, Walker, typed_now
from impl.lab.rules.change import RuleChange
from impl.lab.runs.replay import replay
from impl.show.text.frames import Side, Steps
from spec.kernel.clock import Wait
from tests.cli.test_terminal import screen, typed
from tests.cli.toy import HASTY, PLAIN, TOY, Ask, PutIn, Scope, TakeOut

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
RIGHT, LEFT, HOME, END, DOWN = "\x1b[C", "\x1b[D", "\x1b[H", "\x1b[F", "\x1b[B"
RUN = (PutIn(1, 1), Ask(1), Wait(86_400), TakeOut(1))


def steps() -> Steps:
    def side(rule_set):
        run = replay(TOY, rule_set.rules, Scope(2, 1), RUN)
        return Side.of(RuleChange(TOY, rule_set, rule_set.rules), run)

    return Steps(side(TOY.rules_named("toy-hasty")), side(TOY.rules_named("toy-vault")))


# --- what a frame says ---


def test_a_step_says_what_changed_and_nothing_else():
    first = steps().frame(1)
    assert [(e.whose, e.before, e.after) for e in first.ledger.money] == [
        ("alice", 1, 0),
        ("escrow", 0, 1),
    ]
    assert [name for name, _ in first.ledger.groups] == ["held"]
    (total,) = first.ledger.totals
    assert total.conserved and (total.accounts, total.escrow) == (1, 1)


def test_obligations_and_moments_ahead_are_told():
    asked = steps().frame(2)
    (duty,) = asked.duties
    assert (duty.party, duty.action) == ("alice", "takes it out")
    assert duty.deadline == HASTY.delay + HASTY.wallet.patience
    assert [time for time, _ in asked.ahead] == [HASTY.delay]
    assert steps().frame(4).duties == ()


def test_the_claim_that_breaks_is_told_where_it_breaks():
    broken = [[b.pair for b in frame.broken] for frame in steps().frames()]
    assert broken == [[], [], [], [], [("NOT-SOON", "paid too soon")]]


def test_other_rules_are_told_where_they_differ_and_the_first_time_is_marked():
    frames = list(steps().frames())
    assert [frame.other for frame in frames[:4]] == ["", "", "", ""]
    assert frames[4].other == f"refused: TooEarly(now=86400, matures={PLAIN.delay})"
    assert [frame.parts for frame in frames] == [False, False, False, False, True]


# --- keys ---


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        (RIGHT, 1), ("n", 1), (" ", 1), ("\r", 1), ("nnn" + LEFT, 2), ("np", 0), ("p", 0),
        (END, 4), (END + RIGHT, 4), (END + HOME, 0), ("3\r", 3), ("99\r", 4), ("3n", 1),
        ("2\r\r", 3), ("x", 0), ("\x1b[1~", 0), ("\x1bOC", 1), ("²\r", 1),
    ],
)  # fmt: skip
def test_every_key_goes_where_it_says(keys, at):
    walker = Walker(steps())
    for key in KEY.findall(keys):
        walker.press(key)
    assert walker.at == at and not walker.done


@pytest.mark.parametrize("key", ["q", "\x03", "\x04"])
def test_a_run_can_be_left(key):
    walker = Walker(steps())
    walker.press(key)
    assert walker.done


# --- the command ---


def test_without_a_terminal_every_step_is_printed(shell, kept):
    done = shell(f"replay {kept} --step")
    assert done.returncode == 1 and "\x1b" not in done.stdout
    assert re.findall(r"^step (\d) of 4", done.stdout, re.MULTILINE) == list("01234")
    assert "1 in accounts + 1 in escrow = 2, as at first" in done.stdout
    assert re.search(r"beside +under toy-vault refused: TooEarly.*<- the first", done.stdout)
    assert done.stdout.count("broken ") == 1 and "still broken: NOT-SOON" in done.stdout
    assert done.stdout.isascii()


def test_under_other_rules_it_is_compared_with_its_own(shell, kept):
    done = shell(f"replay {kept} --step --rule-set toy-vault")
    assert done.returncode == 0
    assert "outcome       refused: TooEarly(now=86400, matures=604800)" in done.stdout
    assert re.search(r"beside +under toy-vault with delay 1d accepted, escrow 1 -> 0", done.stdout)


def test_steps_stand_in_the_document(shell, kept):
    document = shell.json(f"replay {kept} --step")
    assert document["beside"] == "toy-vault"
    assert [step["number"] for step in document["steps"]] == [0, 1, 2, 3, 4]
    assert document["steps"][1]["ledger"]["money"][0]["after"] == 0
    assert "steps" not in shell.json(f"replay {kept}")


@pytest.mark.parametrize("columns", [80, 120])
def test_in_a_terminal_one_walks_with_the_keys(shell, kept, columns):
    child = typed(shell, f"replay {kept} --step", columns)
    child.expect("step 0 of 4")
    child.send(RIGHT)
    child.expect("step 1 of 4")
    child.expect("escrow")
    child.send("n")
    child.expect("step 2 of 4")
    child.send("4\r")
    child.expect(r"\n\S*step 4 of 4")
    child.expect("paid too soon")
    child.send(LEFT)
    child.expect("step 3 of 4")
    child.send("q")
    drawn = screen(child)
    rest = ESCAPE.sub("", drawn)
    assert "still broken: NOT-SOON, paid too soon" in rest, "the verdict stays when one leaves"
    assert child.exitstatus == 1
    rows = re.split(r"[\r\n]|\x1b\[H|\x1b\[\?1049l", drawn)
    assert max(len(ESCAPE.sub("", row)) for row in rows) <= columns


def test_ctrl_c_leaves_the_terminal_as_it_was(shell, kept):
    child = typed(shell, f"replay {kept} --step")
    child.expect("step 0 of 4")
    child.sendintr()
    seen = screen(child)
    assert "\x1b[?1049l" in seen and "\x1b[?25h" in seen, "the screen and the cursor come back"
    assert "Traceback" not in seen and child.exitstatus == 1


def test_what_does_not_fit_is_scrolled(shell, kept):
    child = typed(shell, f"replay {kept} --step", rows=9)
    child.expect("step 0 of 4")
    child.send(RIGHT)
    child.expect("step 1 of 4")
    child.expect("more lines below")
    child.send(DOWN * 60)
    child.expect("as at first")
    child.send("q")
    assert "Traceback" not in screen(child)


def test_keys_that_are_typed_ahead_all_count(shell, kept):
    child = typed(shell, f"replay {kept} --step")
    child.send(RIGHT + RIGHT + RIGHT)
    child.expect("step 3 of 4")
    child.send("q")
    assert "Traceback" not in screen(child)


def test_a_key_that_comes_in_parts_is_one_key(monkeypatch):
    parts = iter([b"\x1b", b"[", b"C"])
    with monkeypatch.context() as terminal:
        terminal.setattr("impl.cli.stepping.os.read", lambda stdin, size: next(parts))
        terminal.setattr("impl.cli.stepping.select.select", lambda *waiting: ([0], [], []))
        key = typed_now(0)
    assert key == RIGHT
