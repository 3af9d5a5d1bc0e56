"""Where wishes come in: the HTTP API, and Telegram by polling or by webhook, both into the same services."""

from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Self

from aiohttp import web

from agent.adapters.http import AlertIntake, application
from agent.adapters.http import Desk as ApiDesk
from agent.adapters.runner.transcript import readable
from agent.adapters.telegram import Asides, Intake, Polling, Registration, Webhook
from agent.adapters.telegram.dispatch import Desk as ChatDesk
from agent.adapters.telegram.dispatch import Dispatcher, describe
from agent.app.agent import Agent, hook_rules
from agent.app.greeting import Greeting
from agent.app.on_call import OnCall
from agent.domain.roles import Role
from agent.services.quality import Quality
from agent.services.triggers import Triggers
from agent.settings.model import Settings, Updates


@dataclass(frozen=True, slots=True)
class Doors:
    """All ways in.

    Attributes:
        updates: what fetches updates, or sees to it that Telegram pushes them.
    """

    agent: Agent
    duty: OnCall
    api: web.Application
    dispatcher: Dispatcher
    greeting: Greeting
    updates: Polling | Registration

    @classmethod
    def of(cls, agent: Agent, duty: OnCall) -> Self:
        """The doors of an agent; closed until served."""
        world, telegram = agent.world, agent.settings.telegram
        greeting = Greeting(world.connection.bot, _roles(agent.settings), world.clock)
        dispatcher = Dispatcher(_chat_desk(agent, duty, greeting))
        intake = Intake(world.store, world.clock, dispatcher.wake.set, dispatcher.refused)
        if telegram.updates is Updates.WEBHOOK:
            webhook = Webhook(intake, telegram.webhook_secret)
            bot = world.connection.bot
            registration = Registration(bot, world.clock, telegram.webhook_url, telegram.webhook_secret)
            return cls(agent, duty, application(_api_desk(agent, duty, webhook)), dispatcher, greeting, registration)
        polling = Polling(world.connection, intake, world.clock)
        return cls(agent, duty, application(_api_desk(agent, duty, None)), dispatcher, greeting, polling)


def _roles(settings: Settings) -> dict[int, Role]:
    return {user: Role(role) for user, role in settings.telegram.users.items()}


def _chat_desk(agent: Agent, duty: OnCall, greeting: Greeting) -> ChatDesk:
    world = agent.world
    return ChatDesk(
        journal=agent.journal,
        ids=world.ids,
        messages=agent.messages,
        runs=agent.runs,
        approvals=agent.approvals,
        recovery=agent.recovery,
        sessions=agent.sessions,
        projects=agent.projects,
        containing=agent.containing,
        health=agent.health,
        snapshots=agent.snapshots,
        chat=world.chat,
        asides=Asides(world.connection.bot),
        users=_roles(agent.settings),
        profiles=world.profiles,
        missing=world.runner.missing,
        log_of=world.log_of,
        spool=agent.settings.paths.data / "spool",
        readable=partial(readable, world.profiles),
        bot_name=greeting.name,
        on_call=duty.commands,
        configured=describe(agent.settings),
    )


def _api_desk(agent: Agent, duty: OnCall, webhook: Webhook | None) -> ApiDesk:
    world, settings = agent.world, agent.settings
    return ApiDesk(
        journal=agent.journal,
        ids=world.ids,
        runs=agent.runs,
        approvals=agent.approvals,
        recovery=agent.recovery,
        sessions=agent.sessions,
        containing=agent.containing,
        triggers=Triggers(),
        quality=Quality(settings.limits.organization),
        breakers=agent.breakers,
        health=agent.health,
        snapshots=agent.snapshots,
        metrics=agent.metrics,
        stream=agent.stream,
        profiles=world.profiles,
        missing=world.runner.missing,
        log_of=world.log_of,
        http=settings.http,
        hook=hook_rules(settings.alert_hook),
        organization=settings.limits.organization,
        max_concurrent_runs=settings.limits.max_concurrent_runs,
        version=_version(),
        telegram_webhook=webhook,
        alert_intake=AlertIntake(world.store, world.clock, settings.on_call.webhook_token, duty.loop.intake.wake.set),
        incident_timeline=duty.timeline,
    )


def _version() -> str:
    try:
        return version("tocsin")
    except PackageNotFoundError:  # run from the source tree
        return "unreleased"
