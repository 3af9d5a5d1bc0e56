"""`/metrics`: counters from memory, gauges from the store at this moment.

Open to everybody who reaches the port: Prometheus needs it. It shows project and session ids, no prompt and no secret.
"""

import logging
from typing import Final

from agent.adapters.http.route import OPEN, Call, Reply, Route
from agent.errors import StoreError

_log = logging.getLogger(__name__)
_FORMAT: Final = "text/plain; version=0.0.4"


async def scrape(call: Call) -> Reply:
    """Everything; while the store cannot be read, what is known without it, so that the alert about it can fire."""
    metrics = call.desk.metrics
    try:
        metrics.show(await call.desk.snapshots.take())
    except StoreError as error:
        _log.warning("metrics.without_store", extra={"reason": str(error)})
        return Reply(metrics.counted(), content_type=_FORMAT)
    return Reply(metrics.exposition(), content_type=_FORMAT)


ROUTES: Final = (
    Route(
        method="GET",
        path="/metrics",
        summary="Prometheus' text format",
        handler=scrape,
        tag="reliability",
        scopes=OPEN,
        content_type="text/plain",
    ),
)
