"""The page of a whole run of `check` or `campaign`, made of the document that --json prints."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from impl.ground.files import put_for
from impl.ground.plain import plain
from impl.show.report.charts import Bar, Lines, bars, line
from impl.show.report.files import page
from impl.show.telling.screen import plural, seconds

METHODS = {
    "prove": "Proved or refuted, for all values",
    "explore": "Explored: every state of a scope",
    "fuzz": "Sampled: random runs",
}
BROKEN, INTERRUPTED = 1, 130
SERIES = {
    "behaviours": "distinct behaviours",
    "states": "kinds of states, by the witnesses shown",
    "found": "failures found",
}

Document = Mapping[str, Any]


def write_overview(document: Mapping[str, Any], path: Path) -> Path:
    """Write the page of a run's document. Raises BadInput where it cannot be written.

    Pages of counterexamples are linked by their file names: they stand in the same folder.
    """
    told: Document = plain(document)
    model = checked(told) if told["command"] == "check" else campaigned(told)
    html = page("overview.html", {"version": version("exitgame"), **model})
    return put_for("the page", path, html)


def checked(run: Document) -> dict[str, Any]:
    """What the page of a check shows."""
    lines = run["lines"]
    wrong = [each for each in lines if not each["as_expected"]]
    good = f"{len(lines) - len(wrong)} of {plural(len(lines), 'line')} as expected"
    protocols = list(dict.fromkeys(each["protocol"] for each in lines))
    return {
        "title": f"exitgame check: {', '.join(protocols)}",
        "headline": good if run["complete"] else f"{good} so far; the run was interrupted",
        "word": _word(run),
        "facts": [
            ("protocols", ", ".join(protocols)),
            ("took", seconds(run["seconds"])),
            *([("not as expected", ", ".join(each["id"] for each in wrong))] if wrong else []),
        ],
        "protocols": [_protocol(run, name) for name in protocols],
        "counterexamples": [
            _counterexample(found) for each in lines for found in each["counterexamples"]
        ],
        "series": (),
        "not_covered": run["not_covered"],
        "never_seen": run["never_seen"],
    }


def campaigned(run: Document) -> dict[str, Any]:
    """What the page of a campaign shows."""
    found, complete = run["counterexamples"], run["complete"]
    headline = f"{plural(len(found), 'failure')} found" if found else "nothing broken found"
    headline += f" in {plural(run['steps'], 'step')} of {plural(run['runs'], 'run')}"
    changes = "; ".join(f"{d['field']} {d['before']} -> {d['after']}" for d in run["differences"])
    idle = [name for name, count in run["applied"].items() if not count]
    idle_said = [f"actions that were never accepted: {', '.join(idle)}"] if idle else []
    cut = [] if complete else ["the campaign was interrupted: what is shown is what it did so far"]
    name = f"{run['protocol']}/{run['rule_set']}"
    return {
        "title": f"exitgame campaign: {name}",
        "headline": headline,
        "word": _word(run),
        "facts": [
            ("rules", f"{name}, {changes or 'unchanged'}"),
            ("scope", _scope(run["scope"])),
            ("seed", str(run["seed"])),
            ("shards", f"{run['shards']:,} on {run['engine']}, {plural(run['workers'], 'worker')}"),
            ("behaviours", f"{run['behaviours']:,} distinct, kept in the corpus"),
            ("took", seconds(run["seconds"])),
        ],
        "protocols": [
            {
                "name": run["protocol"],
                "methods": [],
                "words": (),
                "actions": _actions([run]),
                "refusals": _refusals([run]),
                "witnesses": bars(
                    (each, {"seen": count}, "") for each, count in run["witnesses"].items()
                ),
                "causes": [],
            }
        ],
        "counterexamples": [_counterexample(each) for each in found],
        "series": _series(run["series"]),
        "not_covered": [
            "a campaign samples: runs that it did not play may break what these did not",
            *idle_said,
            *cut,
        ],
        "never_seen": run["never_seen"],
    }


def _word(run: Document) -> tuple[str, str]:
    """The kind and the word of the verdict."""
    code = run["exit_code"]
    if code == BROKEN:
        return "bad", "not as expected" if run["command"] == "check" else "broken"
    if code == INTERRUPTED or not run["complete"]:
        return "warn", "interrupted"
    return "good", "as expected" if run["command"] == "check" else "nothing broken"


def _protocol(run: Document, name: str) -> dict[str, Any]:
    lines = [each for each in run["lines"] if each["protocol"] == name]
    results = [each["result"] for each in lines if each["result"]]
    claims = {each["id"]: each for each in run["witnesses"] if each["protocol"] == name}
    return {
        "name": name,
        "methods": [
            (method, title, _sized([each for each in lines if each["method"] == method]))
            for method, title in METHODS.items()
            if any(each["method"] == method for each in lines)
        ],
        "words": _words(results),
        "actions": _actions(results),
        "refusals": _refusals(results),
        "witnesses": bars(
            (id, {"seen": sum(each["seen"].values())}, plural(len(each["seen"]), "case"))
            for id, each in claims.items()
        ),
        "causes": [each for each in run["causes"] if each["protocol"] == name],
    }


def _sized(lines: Sequence[Document]) -> list[tuple[Document, Bar, str]]:
    """Lines of the evidence, with a bar for how much was looked at and a link."""
    sizes = bars((each["id"], {"size": _size(each)}, "") for each in lines)
    return [(each, bar, _link(each)) for each, bar in zip(lines, sizes, strict=True)]


def _size(each: Document) -> int:
    result = each["result"]
    return int(result["states"] or result["transitions"]) if result else 0


def _link(each: Document) -> str:
    return next((_file(found) for found in each["counterexamples"] if _file(found)), "")


def _file(found: Document) -> str:
    """The file name of a counterexample's page; empty where it has none."""
    return Path(found.get("report") or "").name


def _counterexample(found: Document) -> dict[str, Any]:
    return {
        "file": _file(found),
        "hash": found["hash"],
        "invariant": found["invariant"],
        "claim": found.get("claim", ""),
        "cause": found["cause"],
        "actions": len(found.get("actions") or found.get("run") or ()),
        "under_base": found.get("under_base", ""),
    }


def _words(results: Sequence[Document]) -> tuple[Bar, ...]:
    counts: dict[str, int] = {}
    for each in results:
        counts[each["word"]] = counts.get(each["word"], 0) + 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return bars(((word, {"lines": count}, "") for word, count in ordered), logarithmic=False)


def _actions(results: Sequence[Document]) -> tuple[Bar, ...]:
    """How often each action was accepted and refused, all searches together."""
    applied: dict[str, int] = {}
    refused: dict[str, int] = {}
    for each in results:
        for name, count in each["applied"].items():
            applied[name] = applied.get(name, 0) + count
        for name, reasons in each["refused"].items():
            refused[name] = refused.get(name, 0) + sum(reasons.values())
    names = sorted({*applied, *refused})
    return bars(
        (name, {"accepted": applied.get(name, 0), "refused": refused.get(name, 0)}, "")
        for name in names
    )


def _refusals(results: Sequence[Document]) -> list[tuple[str, list[tuple[str, int]]]]:
    """Why actions were refused, the most frequent reason first."""
    totals: dict[str, dict[str, int]] = {}
    for each in results:
        for name, reasons in each["refused"].items():
            mine = totals.setdefault(name, {})
            for reason, count in reasons.items():
                mine[reason] = mine.get(reason, 0) + count
    return [
        (name, sorted(totals[name].items(), key=lambda item: (-item[1], item[0])))
        for name in sorted(totals)
    ]


def _series(points: Sequence[Document]) -> list[Lines]:
    charts = [
        line(title, "steps", [(0, 0), *((point["steps"], point[name]) for point in points)])
        for name, title in SERIES.items()
        if all(name in point for point in points)
    ]
    return [chart for chart in charts if chart is not None]


def _scope(scope: Document) -> str:
    fields = {name: each for name, each in scope["fields"].items() if name != "type"}
    shown = "; ".join(f"{name.replace('_', '-')} {_value(each)}" for name, each in fields.items())
    return f"{scope['name']} ({shown})"


def _value(each: Any) -> str:
    if isinstance(each, list):
        return ", ".join(map(_value, each)) or "none"
    if isinstance(each, bool):
        return "yes" if each else "no"
    return "none" if each is None else str(each)
