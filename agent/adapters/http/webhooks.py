"""What others push to us: Alertmanager its alerts, Telegram its updates. Each has a secret of its own."""

from collections.abc import Iterator
from typing import Final

from agent.adapters.http.alert_intake import LARGEST_BODY, AlertIntake
from agent.adapters.http.correlation import header
from agent.adapters.http.desk import Desk
from agent.adapters.http.gate import bearer
from agent.adapters.http.reading import TooLarge, beginning, raw
from agent.adapters.http.refusals import Refused
from agent.adapters.http.route import OPEN, Call, Handler, Reply, Route
from agent.adapters.http.shapes import FLAG, INTEGER, Schema, record
from agent.adapters.telegram.webhook import LARGEST_BODY as LARGEST_UPDATE
from agent.adapters.telegram.webhook import SECRET_HEADER, Answer, Webhook

ACCEPTED: Final[Schema] = record(
    "Accepted", {"accepted": {**FLAG, "description": "false for a repetition, which was kept before"}}
)
NOTIFICATION: Final[Schema] = {
    "title": "AlertmanagerNotification",
    "description": "version 4; every field but `alerts` may be absent, and unknown ones are kept",
    "type": "object",
    "properties": {"alerts": {"type": "array"}},
    "required": ["alerts"],
}
UPDATE: Final[Schema] = {
    "title": "TelegramUpdate",
    "type": "object",
    "properties": {"update_id": INTEGER},
    "required": ["update_id"],
}
TAKEN: Final[Schema] = record("Taken", {})
_CODES: Final = {400: "malformed", 401: "unauthorized", 413: "too_large", 503: "store_unavailable"}


def _alerts(intake: AlertIntake) -> Handler:
    async def take(call: Call) -> Reply:
        if not intake.knows(bearer(call.request)):
            raise Refused(
                401,
                "unauthorized",
                "Send ALERTMANAGER_WEBHOOK_TOKEN as a bearer token.",
                headers={"WWW-Authenticate": 'Bearer realm="alertmanager"'},
            )
        try:
            body = await raw(call.request, LARGEST_BODY)
        except TooLarge as refusal:
            start = refusal.beginning or await beginning(call.request)
            await intake.turn_away(start, call.request.content_length or 0)
            raise
        return Reply({"accepted": await intake.take(body)})

    return take


def _updates(webhook: Webhook) -> Handler:
    async def take(call: Call) -> Reply:
        secret = header(call.request, SECRET_HEADER)
        answer = webhook.refusal(secret, call.request.content_length)
        answer = answer or await webhook.take(secret, await raw(call.request, LARGEST_UPDATE))
        if answer.status != 200:
            raise _refused(answer)
        return Reply({})

    return take


def _refused(answer: Answer) -> Refused:
    challenge = {"WWW-Authenticate": "TelegramSecret"} if answer.status == 401 else {}
    code = _CODES.get(answer.status, "refused")
    return Refused(answer.status, code, answer.reason, headers={**answer.headers, **challenge})


def routes(desk: Desk) -> Iterator[Route]:
    """One for each that somebody takes."""
    if desk.alert_intake is not None:
        yield Route(
            method="POST",
            path="/webhooks/alertmanager",
            summary="Alerts from Alertmanager, kept before this is answered",
            handler=_alerts(desk.alert_intake),
            tag="webhooks",
            scopes=OPEN,
            security="AlertmanagerToken",
            raw_body=NOTIFICATION,
            answer=ACCEPTED,
            refusals=(400, 401, 408, 413, 415),
        )
    if desk.telegram_webhook is not None:
        yield Route(
            method="POST",
            path="/webhooks/telegram",
            summary="Updates from Telegram, kept before this is answered",
            handler=_updates(desk.telegram_webhook),
            tag="webhooks",
            scopes=OPEN,
            security="TelegramSecret",
            raw_body=UPDATE,
            answer=TAKEN,
            refusals=(400, 401, 408, 413, 415),
        )
