"""Reads the runbook catalogue that the bundle renders; without it alerts are shown with their own annotations."""

import json
import logging
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

from agent.domain.catalog import Catalogue, Known, Procedure, Section, Step, StepCall
from agent.domain.chart import Curve, Measure, Threshold

_log = logging.getLogger(__name__)

_VERSION: Final = 1
_ROUTING: Final = frozenset({"family", "subject", "slo", "window"})
"""What Alertmanager's routes and inhibitions go by; foreign rules may mean something by these words."""

_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


def read_catalogue(path: Path | None) -> Catalogue:
    """The catalogue; an empty one, with a warning that says why, when there is none or it cannot be read."""
    if path is None:
        _log.warning("catalogue.missing", extra={"reason": "RUNBOOK_CATALOG is not set; alerts come without steps"})
        return Catalogue()
    try:
        return catalogue_of(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError, TypeError, KeyError, AttributeError) as error:
        reason = f"{path} cannot be used ({type(error).__name__}); alerts come without steps"
        _log.warning("catalogue.unusable", extra={"reason": reason})
        return Catalogue()


def catalogue_of(raw: Mapping[str, Any]) -> Catalogue:
    """The catalogue from its JSON. Raises what goes wrong: half a catalogue would hide the other half."""
    if raw["version"] != _VERSION:
        raise ValueError("unknown version")
    severities, headings, objectives = raw.get("severities", {}), _headings(raw), raw.get("objectives", {})
    return Catalogue(
        alerts={name: _known(name, each, headings, objectives) for name, each in raw["alerts"].items()},
        sevs={name: _text(each.get("sev")) for name, each in severities.items()},
        group_by=tuple(filter(None, map(_text, (raw.get("routing") or {}).get("group_by", ())))),
        procedures={name: _procedure(name, each) for name, each in raw.get("procedures", {}).items()},
    )


def _headings(raw: Mapping[str, Any]) -> frozenset[tuple[object, object]]:
    """The headings of the documents under which there is nothing but objectives: each alert there has its own."""
    objectives = raw.get("objectives", {}).values()
    plain = (each for each in raw["alerts"].values() if not each.get("objective"))
    promised, alerting = (
        Counter((each.get("system"), each.get("source")) for each in part) for part in (objectives, plain)
    )
    return frozenset(heading for heading, count in promised.items() if heading[1] and count >= alerting[heading])


def _known(
    name: str, raw: Mapping[str, Any], headings: Collection[tuple[object, object]], objectives: Mapping[str, Any]
) -> Known:
    condition = raw.get("condition") or {}
    burns = condition.get("kind") == "burn" or bool(raw.get("objective"))
    return Known(
        name=name,
        system=_text(raw.get("system")),
        severity=_text(raw.get("severity")),
        sev=_text(raw.get("sev")),
        summary=_text(raw.get("summary")),
        impact=_text(raw.get("impact")),
        threshold=_text((condition.get("threshold") or {}).get("shown")),
        runbook_url=_text(raw.get("runbook_url")),
        dashboard_url=_text(raw.get("dashboard_url")),
        steps=tuple(_step(each) for each in raw.get("steps", ())),
        see=tuple(_text(each) for each in raw.get("see", ())),
        on_objective=burns or (raw.get("system"), raw.get("source")) in headings,
        always_fires=condition.get("kind") == "always",
        routing=_ROUTING & {*(raw.get("labels") or {}), *(("window",) if raw.get("objective") else ())},
        measures=_burnt(objectives.get(_text(raw.get("objective"))) or {}) or _measured(condition),
    )


def _procedure(name: str, raw: Mapping[str, Any]) -> Procedure:
    return Procedure(
        name=name,
        title=_text(raw.get("title")),
        system=_text(raw.get("system")),
        when=_text(raw.get("when")),
        runbook_url=_text(raw.get("runbook_url")),
        sections=tuple(
            Section(_text(each.get("title")), tuple(_step(step) for step in each.get("steps", ())))
            for each in raw.get("sections", ())
        ),
    )


def _measured(condition: Mapping[str, Any]) -> Mapping[str, Measure]:
    """What a condition looks at; nothing for one that always holds."""
    expression = _text(condition.get("measured"))
    if not expression or condition.get("kind") == "always":
        return {}
    limit = condition.get("threshold") or {}
    unit = _text(limit.get("unit")) or _text(condition.get("unit"))
    return {"": Measure((Curve(expression),), unit, _threshold(limit))}


def _burnt(objective: Mapping[str, Any]) -> Mapping[str, Measure]:
    """For each window of an objective the share of bad events in its long and its short span."""
    return {
        _text(each.get("long")): Measure(
            tuple(Curve(_text(each["measured"][span]), f"over {_text(each.get(span))}") for span in ("long", "short")),
            "ratio",
            _threshold({**each["above"], "comparison": "above", "shown": f"above {_text(each['above'].get('shown'))}"}),
        )
        for each in objective.get("windows", ())
        if each.get("measured")
    }


def _threshold(raw: Mapping[str, Any]) -> Threshold | None:
    value = raw.get("value")
    if not isinstance(value, int | float):
        return None
    return Threshold(float(value), _text(raw.get("shown")), is_above=raw.get("comparison") != "below")


def _step(raw: object) -> Step:
    if isinstance(raw, str):
        return Step(raw)
    if not isinstance(raw, dict):
        raise TypeError("a step is a text or an object")
    return Step(_text(raw["text"]), _text(raw.get("run")), _call(raw["action"]) if raw.get("action") else None)


def _call(raw: Mapping[str, Any]) -> StepCall:
    method, path, body = _text(raw["method"]).upper(), _text(raw["path"]), raw.get("body")
    if method not in _METHODS or not path.startswith("/") or path.startswith("//"):
        raise ValueError("an action has a method and a path")
    if body is not None and not isinstance(body, dict):
        raise TypeError("an action's body is an object")
    values = {name: _text(meaning) for name, meaning in (raw.get("values") or {}).items()}
    return StepCall(method, path, body, _text(raw.get("host")), values)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
