"""The API against its own document: no 5xx, nothing outside its schema, nothing taken that the document forbids."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok

from agent.adapters.sqlite import SqliteStore
from tests.agent.adapters.http.stage import (
    ADMIN,
    ALERT_TOKEN,
    KEYS,
    TELEGRAM_SECRET,
    client_of,
    desk_of,
    failed_run,
    waiting_run,
)
from tests.agent.makers import make_incident
from tests.agent.services.agency import Agency

EXAMPLES = 20
SECRETS = {
    "/webhooks/alertmanager": {"Authorization": f"Bearer {ALERT_TOKEN}"},
    "/webhooks/telegram": {"X-Telegram-Bot-Api-Secret-Token": TELEGRAM_SECRET},
}
ENDLESS = "/api/events"


class Prober:
    """Sends generated requests, half of them about things that exist."""

    def __init__(self, url: str, names: dict[str, str]) -> None:
        self.schema = schemathesis.openapi.from_url(f"{url}/openapi.json", config=SchemathesisConfig())
        self.names = names
        self.sent = 0
        self.taken: set[str] = set()
        self.problems: list[str] = []

    def run(self) -> None:
        for found in self.schema.get_all_operations():
            assert isinstance(found, Ok)
            operation = found.ok()
            if operation.path != ENDLESS:
                known = {name: self.names[name] for name in self.names if f"{{{name}}}" in operation.path}
                for mode in GenerationMode:
                    self._probe(operation, mode, {})
                    if known:
                        self._probe(operation, mode, known)

    def _probe(self, operation: Any, mode: GenerationMode, known: dict[str, str]) -> None:  # noqa: ANN401
        fixed = {"path_parameters": known} if known else {}

        @settings(
            max_examples=EXAMPLES // (2 if known else 1),
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode, **fixed))
        def probe(case: Any) -> None:  # noqa: ANN401
            headers = SECRETS.get(operation.path, {"x-local-api-key": ADMIN})
            if mode is GenerationMode.POSITIVE and "Idempotency-Key" in case.headers:  # no document says which is used
                case.headers["Idempotency-Key"] = f"{case.headers['Idempotency-Key'][:200]}{self.sent}"
            response = case.call_and_validate(headers=headers)
            self.sent += 1
            if response.status_code < 300:
                self.taken.add(operation.label)

        try:
            probe()
        except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001 - all operations are looked at before the test fails
            nothing_to_generate = "Unsatisfiable" in type(error).__name__
            if not nothing_to_generate:
                self.problems.append(f"{operation.label} {mode.value}: {error}")


@pytest.mark.filterwarnings("default")  # of the tool itself
async def test_the_api_keeps_to_its_document(tmp_path: Path) -> None:
    async with SqliteStore.opened(tmp_path / "state.db") as store:
        agency = Agency(store=store)
        await agency.open("S1", "S2")
        failed = await failed_run(agency)
        await waiting_run(agency)
        await agency.ask(session_id="S2")
        async with store.transaction() as records:
            await records.incidents.add(make_incident())
        desk = desk_of(agency, tmp_path, keys=KEYS, incident_timeline=_timeline)
        async with client_of(agency, desk) as client:
            names = {"run_id": failed.id, "session_id": "S1", "incident_id": "I1"}
            prober = await asyncio.to_thread(Prober, client.url, names)
            await asyncio.to_thread(prober.run)

    assert not prober.problems, "\n".join(prober.problems)
    assert prober.sent > 1000
    assert len(prober.taken) > 30


async def _timeline(incident_id: str) -> str:
    return f"# {incident_id}"
