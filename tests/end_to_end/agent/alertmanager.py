"""What Alertmanager posts, and how."""

from typing import Any, Final

import aiohttp

TOKEN: Final = "a-token-of-alertmanager"  # noqa: S105 - of the stage


def firing(name: str, *, severity: str = "critical") -> dict[str, Any]:
    """A group with one alert that fires."""
    labels = {"alertname": name, "severity": severity, "system": "codex-bot"}
    return {
        "version": "4",
        "groupKey": f'{{}}:{{alertname="{name}"}}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "agent",
        "groupLabels": {"alertname": name},
        "commonLabels": labels,
        "commonAnnotations": {"summary": f"{name} is the matter"},
        "externalURL": "http://alertmanager.example:9093",
        "alerts": [
            {
                "status": "firing",
                "labels": labels,
                "annotations": {"summary": f"{name} is the matter"},
                "startsAt": "2026-01-01T00:00:00Z",
                "endsAt": "0001-01-01T00:00:00Z",
                "generatorURL": "http://prometheus.example:9090/graph",
                "fingerprint": f"{abs(hash(name)):016x}"[:16],
            }
        ],
    }


async def post(session: aiohttp.ClientSession, url: str, notification: object, token: str = TOKEN) -> int:
    """Post it; the status of the answer."""
    headers = {"Authorization": f"Bearer {token}"}
    async with session.post(f"{url}/webhooks/alertmanager", json=notification, headers=headers) as answer:
        return answer.status
