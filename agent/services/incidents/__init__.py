"""The on-call loop: alert groups come in, people are told, take them, silence them, act on them, and see them end.

`loop.OnCallLoop.built` makes all of it. What must stay true:

* Everything that a webhook causes is in the transaction that marks it done.
* Nothing here waits on the world inside a transaction: a silence is made first and kept afterwards, a call is committed
  as running before it is sent.
* All that is due is computed from moments in the store, so a restart forgets nothing and rings for nothing twice.
* A phone rings when somebody has to look, and for nothing else; all other changes edit the message that is there.
"""
