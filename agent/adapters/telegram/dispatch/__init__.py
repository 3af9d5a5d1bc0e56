"""From what people write and tap to the services: every update that was accepted is dealt with once, and answered.

**Once.** An update is a row of the inbox before Telegram is told that we have it. What it causes, what is replied and
the mark that it is done are one transaction, so a crash leaves either all of them or none, and then the update is
simply dealt with again. `inbox.tried` is committed before each attempt: an update that meets a bug three times, or was
begun ten times because it kills the agent, is put aside as `failed`, and its author is told.

**What needs git or files** cannot be inside of a transaction. It happens before the one that concludes, and is made so
that doing it again changes nothing:

* `/new`, and a prompt that opens a session by itself: the session's id is committed under the update's key before git
  is asked, and git answers the same worktree when it is asked for the same id. Killed anywhere, the repetition finds id
  and worktree again; the session, the first run, the reply and `done` are one transaction.
* `/close`: the session is committed as closing, under the update's key as well, for a closing session is no longer the
  one that prompts go to and the repetition must not close the next one. The worktree is put away (twice is fine), and
  the closing transaction carries the reply. A refusal from git leaves a closing session, and `/close ID` tries again.
* `/scan`, `/diff`, `/tail`: only look outside; what they found is concluded in one transaction.
* `/get`, `/log`: a file is copied to a place that is named after the update before the reply that sends it is queued.
* A file that is sent to us: fetched beside the worktree, then linked into it under a free name, whole or not at all. On
  a repetition the file that is there already has the same content and is taken for what it is.

**In order.** Each chat and topic is a lane: one update after the other, and lanes side by side, so that git in one chat
delays no other. Within a lane only what names a thing that exists may overtake: cancelling a named run and answering an
approval. Whoever sent it has seen that thing, so nothing earlier in the lane can be what it is about. What stops things
(`/halt`, `/deny TOOL`) and what undoes that may overtake too, and keep their order among themselves.

**Taps** are answered exactly once (in one life): at once when the lane is busy, else with what came of them, or without
a word when that takes longer than a second. That answer is a courtesy of Telegram's that lives for 150 seconds, so
nothing but a refusal or an echo is ever said there alone; whatever has an effect is also said in the chat or seen in a
message that changes.

**While the disk refuses**, an update stays in the inbox. Whoever only looks is answered directly, past the outbox that
cannot be written; everybody else reads the documented sentence once, and that the update is kept and will be taken up.

**In groups** people talk to one another. What they write is heard when it calls the bot or answers it, or stands in a
topic that has a session of its own. Whether it does is found out in its lane, for the store is asked (`groups`).

**Edits** start nothing. A prompt that nothing has come of yet takes the new words; which run that is, is remembered
with the run, in its transaction (`origins`). Otherwise the author reads that the edit is not read (`edits`).

Who may do what is decided here, by user id, for commands, taps, prompts and files alike, before anything else happens.
Strangers get nothing at all.
"""

from agent.adapters.telegram.dispatch.asking import Answer, Ask, Conclude
from agent.adapters.telegram.dispatch.configured import describe
from agent.adapters.telegram.dispatch.desk import Courtesy, Desk, OnCallDesk
from agent.adapters.telegram.dispatch.dispatcher import Dispatcher

__all__ = ["Answer", "Ask", "Conclude", "Courtesy", "Desk", "Dispatcher", "OnCallDesk", "describe"]
