"""The shards of a campaign on a Ray cluster: one that is there already, or one on this machine.

A worker on another machine makes the rules again from what was typed, change file and all: Python
functions are not sent. So exitgame has to be installed there, in the same version.
"""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from attrs import frozen

from impl.ground.faults import BadInput
from impl.lab.campaign.branches import counted
from impl.lab.campaign.corpus import Growth
from impl.lab.campaign.engines import Engine, Make
from impl.lab.campaign.shards import Shard, Worker
from impl.lab.rulebooks.registry import choose
from impl.lab.rules.change import CHANGE, RuleChange, rule_change
from impl.lab.rules.places import Place, places, settle

ANSWER = 3.0
"""Seconds in which an address has to take a connection."""
JOIN = 45.0
"""Seconds in which a cluster has to let a driver join."""
SHORT = 30
"""Characters. Ray makes sockets below its folder, and their paths may not be long."""
FOUND = "exitgame.find"
"""What a worker calls before it is sent anything: our modules may be found by that name alone."""
QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}


@frozen
class Order:
    """What a worker elsewhere needs to know, as plain values."""

    protocol: str
    rule_set: str
    settings: tuple[tuple[str, str], ...]
    written: str
    """FILE.py:NAME, or empty."""
    text: bytes
    """The change file's."""
    scope: Any
    seed: int
    places: tuple[Place, ...]
    """Where the rulebooks are that are not shipped."""
    path: tuple[str, ...]


def order(change: RuleChange, scope: Any, seed: int) -> Order:
    """A campaign's rules as they were typed. Raises BadInput where the change file is gone."""
    written = change.changes.get(CHANGE, "")
    text = b""
    if written:
        place = Path(written.rpartition(":")[0])
        try:
            text = place.read_bytes()
        except OSError as failure:
            raise BadInput(f"--change {written}: cannot read {place}: {failure.strerror}") from None
    return Order(
        change.rulebook.protocol.name,
        change.rule_set.name,
        tuple((name, value) for name, value in change.changes.items() if name != CHANGE),
        written,
        text,
        scope,
        seed,
        places(),
        (os.getcwd(), *sys.path),
    )


class Player:
    """A worker on the cluster."""

    def __init__(self, order: Order) -> None:
        """Make the rules again. Raises BadInput."""
        settle(order.places)
        sys.path += [each for each in order.path if each not in sys.path]
        written: str | None = None
        if order.written:
            place, _, name = order.written.rpartition(":")
            copy = Path(tempfile.mkdtemp()) / Path(place).name
            copy.write_bytes(order.text)
            written = f"{copy}:{name}"
        change = rule_change(choose(order.protocol, order.rule_set), order.settings, written)
        self._counting = ExitStack()  # for as long as this worker lives
        branches = self._counting.enter_context(counted(change.rulebook, change.rules))
        self._worker = Worker(change.rulebook, change.rules, order.scope, order.seed, branches)

    def learn(self, growth: Growth) -> None:
        """Take in what a round added to the corpus."""
        self._worker.learn(growth)

    def shard(self, number: int) -> Shard:
        """Play a shard."""
        return self._worker.shard(number)


def on_ray(change: RuleChange, scope: Any, workers: int, address: str | None) -> Make:
    """An engine of so many workers on the cluster at an address; None: on this machine.

    Raises BadInput, within `ANSWER` or `JOIN` seconds, where there is none.
    """
    ray = _ray()
    if address is not None:
        answers(address)

    def make(worker: Worker, corpus: Growth, lock: int) -> Engine:
        return _Cluster(ray, order(change, scope, worker.seed), workers, address, corpus)

    return make


def _ray() -> Any:
    os.environ.update({name: os.environ.get(name, value) for name, value in QUIET.items()})
    try:
        import ray
    except ImportError:
        raise BadInput(
            "--engine ray needs Ray, which is not installed: pip install 'exitgame[ray]'"
        ) from None
    return ray


def answers(address: str) -> None:
    """Does a Ray cluster answer there? Tried from another process, which can be given up on."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not colon or not port.isdecimal() or not host:
        raise BadInput(f"--ray-address {address}: write HOST:PORT or ray://HOST:PORT")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWER).close()
    except (OSError, OverflowError) as failure:
        reason = getattr(failure, "strerror", None) or str(failure) or type(failure).__name__
        raise BadInput(
            f"--ray-address {address}: nothing answers there ({reason}); start a cluster with"
            " `ray start --head`, or leave the option out to use this machine"
        ) from None
    program = f"import ray; ray.init(address={address!r}, log_to_driver=False)"
    try:
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, timeout=JOIN, check=False
        )
        refused = done.returncode != 0
    except subprocess.TimeoutExpired:
        refused = True
    if refused:
        raise BadInput(
            f"--ray-address {address}: something answers there, but no Ray cluster that lets us in:"
            " it has to be of the same version, and RAY_AUTH_TOKEN its token where it asks for one"
        )


class _Cluster:
    """Actors that play shards."""

    def __init__(
        self, ray: Any, order: Order, workers: int, address: str | None, corpus: Growth
    ) -> None:
        self._ray = ray
        quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
        quiet["runtime_env"] = {"worker_process_setup_hook": FOUND}
        try:
            if address is None:
                place = tempfile.gettempdir() if len(tempfile.gettempdir()) < SHORT else "/tmp"
                quiet["_temp_dir"] = f"{place}/ray"
                ray.init(num_cpus=workers, include_dashboard=False, **quiet)
            else:
                ray.init(address=address, **quiet)
        except Exception as failure:
            said = " ".join(str(failure).split())
            raise BadInput(f"Ray did not start here ({type(failure).__name__}: {said})") from None
        try:
            cores = int(ray.cluster_resources().get("CPU", 0))
            if cores < workers:
                raise BadInput(
                    f"the Ray cluster has {cores} CPUs: ask for --workers {max(1, cores)} or fewer"
                )
            actor = ray.remote(num_cpus=1)(Player)
            self._crew = [actor.remote(order) for _ in range(workers)]
            self.learn(corpus)
        except BaseException:
            ray.shutdown()
            raise

    def shards(self, numbers: Sequence[int]) -> Iterator[Shard]:
        """Each worker takes the next one when it has finished one."""
        left = iter(numbers)
        busy: dict[Any, Any] = {}

        def give(player: Any) -> None:
            number = next(left, None)
            if number is not None:
                busy[player.shard.remote(number)] = player

        for player in self._crew:
            give(player)
        while busy:
            ready, _ = self._ray.wait(list(busy))
            for each in ready:
                player = busy.pop(each)
                shard: Shard = self._had(each)
                give(player)
                yield shard

    def learn(self, growth: Growth) -> None:
        """Tell all of them."""
        shared = self._ray.put(growth)
        self._had([player.learn.remote(shared) for player in self._crew])

    def close(self) -> None:
        """Leave the cluster; what was started for this campaign ends with it."""
        self._ray.shutdown()

    def _had(self, what: Any) -> Any:
        try:
            return self._ray.get(what)
        except self._ray.exceptions.RayTaskError as failure:
            raise BadInput(f"a worker on the Ray cluster: {failure.cause}") from None
        except self._ray.exceptions.RayError as failure:
            kind = type(failure).__name__
            raise BadInput(
                f"the Ray cluster lost a worker ({kind}); the same command goes on where the"
                " campaign stopped"
            ) from None
