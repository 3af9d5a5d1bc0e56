"""The agent: prompts in from a chat, coding CLIs at work in git worktrees, metrics and alerts out, nothing lost.

How it is built, from the inside out. Imports point inward only:

    __main__ -> app -> { adapters | metrics } -> services -> ports -> domain -> { settings | logs } -> errors

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

Who needs whom, in the order in which an application builds them (tests/agent/services/agency.py does it with fakes):
Journal, Breakers, Messages, Voice, Alerts, Endings, Approvals, Work, Runs, Recovery; beside them Health, Snapshots,
GitGuard, Sessions, Upkeep, AdminNotes, Reconstruction.

At boot, in this order: open the store; `breakers.load()`; `messages.recover()`; `recovery.take_over()`, before
anything is started; `approvals.ask_again()`; then the loops (services/upkeep.py has `every` and `when_woken`):

    when_woken  messages.dispatch              messages.wake
    when_woken  runs.turn                      runs.wake (also set whenever a run ends)
    when_woken  alerts.deliver_due             alerts.wake
    every 10 s  runs.beat                      every 10 s  approvals.expire_due
    every 30 s  health.inspect                 every 60 s  upkeep.back_up_if_due
    every hour  upkeep.tidy, expire_job_logs   every 2 s   admin_notes.speak

At the end: stop intake, `work.stop_all()`, `messages.settle()`, close the store.

What must stay true:

* A run is committed as `running` before its CLI is started and never goes back by itself: no crash executes it twice.
* A message is committed as `sending` before it is handed to Telegram: a repetition after a crash carries a mark.
* An alert, an approval and a message are rows of the transaction that caused them: none is lost, none is invented.
* While the disk refuses, reading works, writing raises `StoreReadOnly`, and what has happened meanwhile (a run that
  ended, a message that arrived) is held in memory and committed as soon as that is possible.
"""
