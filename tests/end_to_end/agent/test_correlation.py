"""One trace from the request to everything that comes of it, and the webhook as its receiver gets it."""

import hashlib
import hmac
import json
from typing import Final

from .receiver import Post, receiving
from .stage import Life, Stage

SECRET: Final = "the-secret-of-the-receiver"  # noqa: S105 - of the stage
TRACE: Final = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT: Final = f"00-{TRACE}-00f067aa0ba902b7-01"
STATE: Final = "vendor=opaque"


async def test_one_trace_leads_from_the_request_to_log_child_message_and_webhook(stage: Stage) -> None:
    async with receiving() as receiver:
        life = await stage.start(ALERT_WEBHOOK_URL=receiver.url, ALERT_WEBHOOK_SECRET=SECRET)
        talk = stage.talk()
        session = await talk.opens()
        wish = {"session_id": session, "prompt": "[[env TRACEPARENT; env TRACESTATE; fail on purpose]]"}
        correlated = {"traceparent": PARENT, "tracestate": STATE, "x-request-id": "request-17"}
        async with life.session.post(f"{life.url}/api/runs", json=wish, headers=correlated) as answer:
            assert answer.status == 202
            assert answer.headers["x-request-id"] == "request-17"
            assert answer.headers["traceparent"].split("-")[1] == TRACE
            run = (await answer.json())["run_id"]
        await talk.sees("ERR_")
        post = (await receiver.until(1))[0]

    assert post.headers["traceparent"].split("-")[1] == TRACE
    assert post.headers["tracestate"] == STATE
    log = (stage.data / "logs" / "jobs" / f"{run}.log").read_text()
    assert f"TRACEPARENT=00-{TRACE}-" in log
    assert f"TRACESTATE={STATE}" in log
    sent = stage.rows("SELECT traceparent FROM outbox WHERE key = ?", f"end:{run}")
    assert [row["traceparent"].split("-")[1] for row in sent] == [TRACE]
    told = _logged(life, TRACE)
    assert {"run.queued", "run.started", "run.child_started", "run.failed", "message.delivered", "api.write"} <= told
    assert TRACE not in await life.text("/metrics")


async def test_the_webhook_has_the_documented_body_and_its_signature(stage: Stage) -> None:
    async with receiving() as receiver:
        await stage.start(ALERT_WEBHOOK_URL=receiver.url, ALERT_WEBHOOK_SECRET=SECRET)
        talk = stage.talk()
        await talk.opens()
        await talk.asks("[[fail on purpose]]", "ERR_")
        post = (await receiver.until(1))[0]
    assert set(post.payload) == {"alert_type", "severity", "run_id", "agent_id", "error_code", "ts"}
    assert (post.payload["alert_type"], post.payload["severity"]) == ("run.failed", "high")
    assert post.payload["agent_id"] == "default"
    assert _is_signed(post)


async def test_an_alert_that_nobody_took_is_delivered_by_the_next_life(stage: Stage) -> None:
    async with receiving() as receiver:
        receiver.status = 500
        life = await stage.start(ALERT_WEBHOOK_URL=receiver.url)
        talk = stage.talk()
        await talk.opens()
        await talk.asks("[[fail on purpose]]", "ERR_")
        await receiver.until(1)
        await life.kill()
        receiver.status = 200
        refused = len(receiver.posts)
        await stage.start(ALERT_WEBHOOK_URL=receiver.url)
        await receiver.until(refused + 1)
    assert len({post.headers["X-Tocsin-Alert-Id"] for post in receiver.posts}) == 1  # so a receiver can tell
    await stage.until("SELECT 1 FROM alerts WHERE state = 'sent'")


async def test_a_request_without_a_usable_trace_begins_one(stage: Stage) -> None:
    life = await stage.start()
    for parent in ("", "nonsense", f"00-{'0' * 32}-00f067aa0ba902b7-01"):
        async with life.session.get(f"{life.url}/api/runs", headers={"traceparent": parent}) as answer:
            begun = answer.headers["traceparent"].split("-")[1]
        assert len(begun) == 32
        assert set(begun) != {"0"}


def _is_signed(post: Post) -> bool:
    digest = hmac.new(SECRET.encode(), post.body, hashlib.sha256).hexdigest()
    return post.headers["X-Tocsin-Signature"] == f"sha256={digest}"


def _logged(life: Life, trace: str) -> set[str]:
    lines = [json.loads(line) for line in life.said().splitlines()]
    return {line["message"] for line in lines if line["trace_id"] == trace}
