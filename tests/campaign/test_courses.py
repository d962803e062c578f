"""Every run is its bytes: what a campaign keeps plays again in the same way."""

from collections.abc import Iterator
from random import Random

import pytest

from impl.lab.campaign.branches import counted
from impl.lab.campaign.corpus import Corpus
from impl.lab.campaign.mutation import mutated
from impl.lab.campaign.shards import Worker
from impl.lab.fuzz.codec import run_from_bytes
from impl.lab.rulebooks.registry import choose
from impl.lab.rules.change import rule_change
from tests.campaign.conftest import toy_change

BOOKS = {
    "toy": (toy_change(), "large"),
    "plasma": (rule_change(choose("plasma-mvp")), "sending"),
    "crowded": (rule_change(choose("plasma-mvp", "limited-space")), "crowd-of-2"),
    "channel": (rule_change(choose("multiparty")), "leader-and-friend"),
}


@pytest.fixture(params=BOOKS)
def worker(request: pytest.FixtureRequest) -> Iterator[Worker]:
    change, scope = BOOKS[request.param]
    with counted(change.rulebook, change.rules) as branches:
        where = change.rulebook.scopes[scope]
        yield Worker(change.rulebook, change.rules, where, 1, branches)


def grown(worker: Worker, shards: int) -> Corpus:
    for number in range(shards):
        shard = worker.shard(number)
        worker.learn(worker.corpus.growth([(shard.candidates, shard.visits)]))
    return worker.corpus


def test_what_is_kept_shows_the_same_when_it_is_played_again(worker: Worker) -> None:
    corpus = grown(worker, 8)
    assert len(corpus.entries) > 5
    shown = set()
    for entry in corpus.entries:
        course = worker.runner.script(worker.runner.start(), entry.data)
        assert tuple(course.shown) == entry.behaviours
        assert bytes(course.data) == entry.data
        assert not course.failures
        shown.update(course.shown)
    assert shown == corpus.known


def test_each_entry_shows_something_that_none_before_it_did(worker: Worker) -> None:
    known: set[int] = set()
    for entry in grown(worker, 8).entries:
        assert not known.issuperset(entry.behaviours)
        known.update(entry.behaviours)


def test_the_bytes_are_the_codecs(worker: Worker) -> None:
    runner = worker.runner
    for entry in grown(worker, 4).entries:
        run = run_from_bytes(runner.rulebook, runner.rules, runner.sources.scope, entry.data)
        assert list(run.actions) == runner.script(runner.start(), entry.data).actions


def test_any_bytes_are_a_run(worker: Worker) -> None:
    random = Random(5)
    data = b""
    for _ in range(150):
        data = mutated(random, data, random.randbytes(40))
        course = worker.runner.script(worker.runner.start(), data)
        again = worker.runner.script(worker.runner.start(), bytes(course.data))
        # The step that breaks something ends the run, and is no part of its bytes.
        assert again.actions == course.actions[: -1 if course.failures else None]


def test_a_shard_depends_on_nothing_but_its_number_and_the_corpus(worker: Worker) -> None:
    grown(worker, 2)
    shard = worker.shard(7)
    worker.shard(8)
    assert worker.shard(7) == shard
