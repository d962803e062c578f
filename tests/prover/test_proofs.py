"""What makes a proof a proof."""

import builtins
import random
from collections.abc import Callable

import attrs
import pytest
from attrs import frozen

from impl.ground.evidence import Word
from impl.lab.prover import Unsupported, prove
from impl.lab.prover.lifting import lifted
from impl.lab.prover.paths import Engine, Unfaithful
from impl.lab.prover.proof import replayed
from impl.lab.prover.selfcheck import mapped_out
from impl.lab.prover.values import WORD
from impl.lab.prover.ways import Limits
from invariants.kernel.theorems import Theorem, assume
from spec.kernel import basics, mainchain
from spec.kernel.refusal import Refusal
from tests.prover import ordering, samples


def claim(statement: Callable[..., bool], **options: object) -> Theorem:
    return Theorem(statement.__name__, "", statement, **options)  # type: ignore[arg-type]


# The ordering theorem --------------------------------------------------------------------------


def test_the_ordering_theorem_is_proved_for_all_knobs_in_a_tenth_of_a_second() -> None:
    prove(ordering.ordered)
    result = prove(ordering.ordered)
    assert result.word is Word.PROVED
    assert result.cpu_seconds < 0.3, "0.03 s when it was written"


def test_one_second_less_is_refuted_with_a_replayed_model() -> None:
    result = prove(ordering.one_second_less)
    assert result.word is Word.REFUTED
    values = result.details["counterexample"]
    assert set(values) == {"bad_block", "honest", "forged", "rules"}
    assert ordering.one_second_less(**values) is False


# 1. Reruns ask the same questions ---------------------------------------------------------------


DRAWN = random.Random(7)


def asks_something_else_each_time(a: int, b: int, c: int) -> bool:
    flag = a > DRAWN.randrange(10**9)
    return flag or b > c


def calls_with_something_else_each_time(a: int, b: int) -> bool:
    return samples.divides_by_seven(a + DRAWN.randrange(10**9))[0] > b or bool(a > b)


@pytest.mark.parametrize(
    "statement", [asks_something_else_each_time, calls_with_something_else_each_time]
)
def test_a_function_that_is_not_pure_is_not_proved(statement: Callable[..., bool]) -> None:
    with pytest.raises(Unfaithful):
        mapped_out(claim(statement))


# 2. Unknown is never proved ---------------------------------------------------------------------


def needs_thought(a: int, b: int, c: int) -> bool:
    return a * a * a + b * b * b != c * c * c or a * b * c == 0


def needs_thought_on_the_way(a: int, b: int, c: int) -> bool:
    assume(a * a * a + b * b * b == c * c * c)
    assume(a * b * c != 0)
    return False


@pytest.mark.parametrize("statement", [needs_thought, needs_thought_on_the_way])
def test_a_millisecond_per_query_gives_unknown(statement: Callable[..., bool]) -> None:
    result = prove(claim(statement), budget_ms=1)
    assert result.word is Word.UNKNOWN
    assert " s" in result.summary


def never_ends(n: int) -> bool:
    while n < 10**9:
        n += 1
    return True


def test_a_loop_without_a_bound_gives_unknown() -> None:
    result = prove(claim(never_ends), time_limit=0.5)
    assert result.word is Word.UNKNOWN
    assert result.cpu_seconds < 3


# 3. A crash refutes, and nothing alive is vacuous -------------------------------------------------


def table_of(n: int) -> int:
    return {0: 1, 1: 2}[0 if n < 5 else 7]


def crashes_late(n: int) -> bool:
    return table_of(n) > 0


def test_a_crash_refutes_with_its_model() -> None:
    result = prove(claim(crashes_late))
    assert result.word is Word.REFUTED
    assert "KeyError" in result.summary
    with pytest.raises(KeyError):
        crashes_late(**result.details["counterexample"])


def premises_contradict(n: int) -> bool:
    assume(n > 5)
    assume(n < 3)
    return True


@frozen
class Impossible:
    n: int = attrs.field(validator=[attrs.validators.ge(5), attrs.validators.lt(3)])


def has_no_values(value: Impossible) -> bool:
    return True


def always_refuses(n: int) -> bool:
    raise samples.TooDear(n, 0)


@pytest.mark.parametrize("statement", [premises_contradict, has_no_values, always_refuses])
def test_a_theorem_about_nothing_is_vacuous(statement: Callable[..., bool]) -> None:
    assert prove(claim(statement)).word is Word.VACUOUS


def refuses_small(n: int) -> bool:
    if n < 10:
        raise samples.TooDear(n, 10)
    return n > 9


def test_a_refusal_is_an_outcome() -> None:
    assert prove(claim(refuses_small)).word is Word.PROVED


# 4 is test_agreement.py; here, what it means to be replayed ---------------------------------------


def looks_by_identity(flag: bool) -> bool:
    return flag is False or bool(flag)


def test_a_model_that_does_not_replay_is_called_a_disagreement() -> None:
    result = prove(claim(looks_by_identity))
    assert result.word is Word.UNKNOWN
    assert "INTERNAL DISAGREEMENT" in result.summary


# 5. Arithmetic is Python's ------------------------------------------------------------------------


def divides_like_python(a: int, b: int) -> bool:
    assume(b != 0)
    quotient, remainder = divmod(a, b)
    same_sign = remainder == 0 or (remainder > 0) == (b > 0)
    return a == b * quotient + remainder and abs(remainder) < abs(b) and same_sign


def divides_by_nothing(a: int, b: int) -> bool:
    return a // b <= a


def flags_count(p: bool, q: bool) -> bool:
    return sum([p, q]) == (2 if p and q else 1 if p or q else 0) and p + 1 <= 2


def test_division_rounds_down_for_every_sign() -> None:
    small = {"a": range(-40, 41), "b": (-7, -3, -1, 1, 2, 7)}
    assert prove(claim(divides_like_python, sizes=small)).word is Word.PROVED


def test_division_by_zero_is_a_crash() -> None:
    result = prove(claim(divides_by_nothing))
    assert result.word is Word.REFUTED
    assert "ZeroDivisionError" in result.summary


def test_a_flag_counts_as_zero_or_one() -> None:
    assert prove(claim(flags_count)).word is Word.PROVED


# 6. uint256 ---------------------------------------------------------------------------------------


def in_contract(a: int, b: int) -> int:
    return a - b + b


def takes_and_gives_back(a: int, b: int) -> bool:
    return in_contract(a, b) == a


def never_overflows(a: int, b: int) -> bool:
    try:
        in_contract(a, b)
    except Refusal:
        return False
    return True


def is_any_int(a: int) -> bool:
    return a < WORD


def test_words_overflow_only_in_their_mode() -> None:
    assert prove(claim(never_overflows)).word is Word.PROVED
    result = prove(claim(never_overflows), uint256=True)
    assert result.word is Word.REFUTED, result.summary
    assert result.details["uint256"]
    values = result.details["counterexample"]
    assert values["a"] < values["b"]
    assert prove(claim(takes_and_gives_back), uint256=True).word is Word.PROVED


def test_words_are_bounded_only_in_their_mode() -> None:
    assert prove(claim(is_any_int)).word is Word.REFUTED
    assert prove(claim(is_any_int), uint256=True).word is Word.PROVED


# 7. What can't be done is loud --------------------------------------------------------------------


IMPOSSIBLE: dict[str, Callable[[int, bool], object]] = {
    "power": lambda n, flag: n**2,
    "power of two": lambda n, flag: 2**n,
    "left": lambda n, flag: n << 1,
    "right": lambda n, flag: n >> 1,
    "and": lambda n, flag: n & 1,
    "or": lambda n, flag: 1 | n,
    "xor": lambda n, flag: n ^ 1,
    "f-string": lambda n, flag: f"{n}",
    "repr in an f-string": lambda n, flag: f"{n!r}",
    "str": lambda n, flag: str(n),
    "percent": lambda n, flag: "{}".format(n),  # noqa: UP032
    "index": lambda n, flag: (1, 2)[n],
    "hash": lambda n, flag: {n: 1},
    "range": lambda n, flag: list(range(n)),
    "int": lambda n, flag: int(n),
    "complement": lambda n, flag: ~flag,
    "fraction": lambda n, flag: n / 2,
}


def swallows(n: int, flag: bool, what: str) -> bool:
    try:
        IMPOSSIBLE[what](n, flag)
    except Exception:
        return True
    return True


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_what_an_unknown_value_cannot_do_is_never_swallowed(what: str) -> None:
    with pytest.raises(Unsupported):
        prove(claim(swallows, values={"what": what}))


def joins_flags(p: bool, q: bool) -> bool:
    return (p & q) == (p and q) and (p | q) == (p or q) and (p ^ q) == (p != q)


def test_flags_may_be_joined_with_and_or_xor() -> None:
    assert prove(claim(joins_flags)).word is Word.PROVED


# 8. Sources only, and everything is put back ------------------------------------------------------


def test_a_compiled_module_is_not_lifted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(basics, "__file__", "basics.cpython-311.so")
    with pytest.raises(RuntimeError, match="compiled"):
        prove(claim(flags_count))


def test_everything_that_a_proof_swaps_is_put_back() -> None:
    before = dict(vars(mainchain)), mainchain.MainChain.__eq__, dict(vars(samples))
    with lifted(Engine(Limits()), samples.buys):
        assert mainchain.lock is not before[0]["lock"]
    with pytest.raises(Unsupported):
        prove(claim(swallows, values={"what": "power"}))
    assert dict(vars(mainchain)) == before[0]
    assert mainchain.MainChain.__eq__ is before[1]
    assert dict(vars(samples)) == before[2]
    assert sum is builtins.sum


# Folding ------------------------------------------------------------------------------------------


def later_items_may_raise(a: int, b: int) -> bool:
    return all(n > 3 for n in checked(a, b)) or a <= 3 or b <= 3


def checked(a: int, b: int) -> list[int]:
    return [a, b]


def guards_the_next(a: int, b: int) -> bool:
    assume(a == 0)
    return not all(examined(n, b) for n in (1, 2))


def examined(n: int, b: int) -> bool:
    if n == 2:
        raise samples.TooDear(b, n)
    return b > 5 and b < 5


def test_all_stops_where_python_stops() -> None:
    """The second item would refuse; Python never looks at it, so neither may the proof."""
    result = prove(claim(guards_the_next))
    assert result.word is Word.PROVED
    assert result.details["live"]
    assert prove(claim(later_items_may_raise)).word is Word.PROVED


def sorts_without_loss(coins: tuple[samples.Coin, ...]) -> bool:
    ordered = sorted(coins, key=samples.amount_of)
    pairs = zip(ordered, ordered[1:], strict=False)
    return all(a.amount <= b.amount for a, b in pairs) and total(tuple(ordered)) == total(coins)


def total(coins: tuple[samples.Coin, ...]) -> int:
    return sum(coin.amount for coin in coins)


def test_a_sort_does_not_split_the_path() -> None:
    result = prove(claim(sorts_without_loss, sizes={"coins": range(4, 5), "Party": 3}))
    assert result.word is Word.PROVED
    assert result.details["paths"] == 1
    assert result.cpu_seconds < 2


def above(threshold: int, coins: tuple[samples.Coin, ...]) -> bool:
    return agree(coins, lambda coin: coin.amount > threshold) == agree(
        coins, lambda coin: threshold < coin.amount
    )


def agree(coins: tuple[samples.Coin, ...], test: Callable[[samples.Coin], bool]) -> bool:
    return all(test(coin) for coin in coins)


def test_a_function_made_on_the_way_may_be_passed_on() -> None:
    assert prove(claim(above, sizes={"coins": 3, "Party": 2})).word is Word.PROVED


def deep(n: int) -> bool:
    return samples.halves(n) <= 5


def test_a_call_with_too_many_paths_asks_the_solver() -> None:
    assert prove(claim(deep, sizes={"n": range(64)})).word is Word.PROVED
    assert prove(claim(deep, sizes={"n": range(65)})).word is Word.REFUTED


def test_sizes_are_always_said() -> None:
    sized = claim(sorts_without_loss, sizes={"coins": 2, "Party": 2})
    assert "coins=2, Party=2" in prove(sized).summary


def test_a_replay_runs_without_a_proof() -> None:
    arguments, outcome = replayed(claim(refuses_small), {"n": 3})
    assert arguments == {"n": 3}
    assert "TooDear(price=3, held=10)" in str(outcome)


def far_apart(position: int, amounts: tuple[int, ...]) -> bool:
    block = position // 10**9
    table = {1: 5, 2: 7, 3: 9}
    return table[block] + (10, 20, 30)[block - 1] == 3 + block * 12 and len(amounts) < 3


def test_a_number_out_of_a_few_becomes_one_of_them_as_a_key_or_an_index() -> None:
    few = {"position": (10**9, 2 * 10**9, 3 * 10**9), "amounts": 2}
    assert prove(claim(far_apart, sizes=few)).word is Word.PROVED
