"""`python -m benchmarks.agent_echo BASE_URL TOKEN`: the least bot there is, as its library's first page has it."""

import logging
import sys

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say the same."""
    if update.message is not None and update.message.text:
        await update.message.reply_text(update.message.text)


def main(base_url: str, token: str) -> None:
    """Poll and answer until SIGTERM."""
    logging.basicConfig(level=logging.WARNING)
    application = Application.builder().token(token).base_url(base_url).build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()


if __name__ == "__main__":
    main(*sys.argv[1:])
