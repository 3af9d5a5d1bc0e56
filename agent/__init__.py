"""The agent: prompts in from a chat, coding CLIs at work in git worktrees, metrics and alerts out, nothing lost.

How it is built, from the inside out. Imports point inward only:

    __main__ -> cli -> { app | maintenance } -> { adapters | metrics | hook } -> services -> ports -> domain
        -> { settings | logs } -> errors

* `domain` is plain values and pure functions. Every change of state is a function from a frozen value and a moment to
  a new value, and refuses what its table does not allow.
* `ports` says what the services need from the world; the promises stand in prose, and tests/agent/contract holds
  the fakes and the adapters to them.
* `services` are the use cases. One that changes something takes a `Writing` (services/journal.py): an open
  transaction, its moment, and the events to be told after the commit. So an adapter can mark the update that asked for
  something as done in the same transaction:

      async with journal.writing() as writing:
          run = await runs.accept(writing, wish)
          await writing.records.inbox.done(item.id)

* `metrics` are three observers of those events; their gauges are set from `Snapshots.take()` at every scrape.

Who needs whom stands in `app/agent.py`, which builds every service of one life; `app/world.py` opens what is outside,
`app/on_call.py` builds the incidents, `app/doors.py` the two ways in; tests/agent/services/agency.py has fakes.

`app/service.py` is one life: lock the data directory, open the store, serve the API, boot, work, wind down.
`app/boot.py` says what happens at boot, in order: trust the data, load breakers, take up messages that were being sent,
end what earlier lives have left and fail it honestly before anything is started, ask open questions again.
`app/loops.py` says what goes on by itself, and how often; `services/upkeep.py` has `every` and `when_woken`.
At the end: intake stops, runs at work are ended and fail with an offer, the last words leave, the store is closed.

What must stay true:

* A run is committed as `running` before its CLI is started and never goes back by itself: no crash executes it twice.
* A message is committed as `sending` before it is handed to Telegram: a repetition after a crash carries a mark.
* An alert, an approval and a message are rows of the transaction that caused them: none is lost, none is invented.
* While the disk refuses, reading works, writing raises `StoreReadOnly`, and what has happened meanwhile (a run that
  ended, a message that arrived) is held in memory and committed as soon as that is possible.
"""
