"""What is probably not meant as it stands: that nobody hears of incidents, is escalated to, or can take them."""

from collections.abc import Iterator, Mapping

from agent.adapters.rota import private_chats, read_rota
from agent.domain.roles import Role
from agent.domain.rota import Rota
from agent.settings.model import Settings


def rota_doubts(settings: Settings) -> tuple[str, ...]:
    """Each as one line. Raises `SettingsError` for a rota that cannot be used."""
    return tuple(_doubts(settings))


def _doubts(settings: Settings) -> Iterator[str]:
    on_call, telegram = settings.on_call, settings.telegram
    rota = read_rota(on_call.rota, on_call.chats)
    if on_call.webhook_token and not rota.chats and telegram.admin_chat is None:
        users = private_chats(telegram.users)
        roles = " and ".join(sorted({telegram.users[user] for user in users})) or "user"
        yield (
            "ONCALL_CHAT_IDS: unset, and so are TELEGRAM_ADMIN_CHAT_ID and chats in the rota; incidents go to the"
            f" private chats of every {roles} ({', '.join(map(str, users))}), who must have started the bot"
        )
    if on_call.alertmanager_url and not on_call.webhook_token:
        yield (
            "ALERTMANAGER_WEBHOOK_TOKEN: unset, although ALERTMANAGER_URL is set; every webhook of Alertmanager is"
            " answered with 401 and no alert arrives; give both sides the same secret"
        )
    yield from _onlookers(rota, telegram.users)
    if on_call.rota is not None and not rota.escalation:
        yield "ONCALL_ROTA_FILE: escalation is empty; nobody is told when nobody takes a critical incident"


def _onlookers(rota: Rota, roles: Mapping[int, str]) -> Iterator[str]:
    """Whoever is woken and may only look. Those without any role are refused, not doubted."""
    for each in rota.people:
        role = roles.get(each.user)
        if role is not None and not Role(role).covers(Role.OPERATOR):
            yield (
                f"ONCALL_ROTA_FILE: {each.name} is {role} and cannot tap Ack;"
                f" make it {each.user}:operator in TELEGRAM_USERS, or more"
            )
