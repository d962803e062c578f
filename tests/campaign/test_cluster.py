"""The same shards on a Ray cluster."""

import socket
import sys
import time

import pytest

from impl.ground.faults import BadInput
from impl.lab.campaign import cluster
from tests.campaign.conftest import contents
from tests.cli.conftest import Shell


@pytest.mark.slow
def test_two_workers_on_a_real_cluster_find_the_same(shell: Shell) -> None:
    pytest.importorskip("ray")
    shell.write("more.py", "def more(amount, rules):\n    return amount + 1\n")
    line = "campaign toy --change more.py:more --shards 24 --seed 1"
    on_cluster = shell.process(f"{line} --corpus ray --engine ray --workers 2")
    assert on_cluster.returncode == 1, on_cluster.stderr
    assert on_cluster.stderr == ""
    assert shell.process(f"{line} --corpus here --workers 2").returncode == 1
    assert contents(shell.folder / "ray") == contents(shell.folder / "here")


def test_an_address_where_nobody_listens_is_one_line_at_once(shell: Shell) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]  # held, so that nobody else comes to listen there
        began = time.monotonic()
        said = shell.refuses(f"campaign toy --engine ray --ray-address 127.0.0.1:{port}")
    assert f"--ray-address 127.0.0.1:{port}: nothing answers there (Connection refused)" in said
    assert time.monotonic() - began < cluster.JOIN


def test_an_address_where_something_else_listens_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster, "JOIN", 2.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(BadInput, match="no Ray cluster that lets us in"):
            cluster.answers(f"127.0.0.1:{port}")


def test_without_ray_the_line_says_what_to_install(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    said = shell.refuses("campaign toy --engine ray")
    assert said == "--engine ray needs Ray, which is not installed: pip install 'exitgame[ray]'"
