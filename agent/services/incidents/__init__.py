"""The on-call loop: alert groups come in, people are told, take them, silence them, act on them, and see them end.

Who needs whom, in the order in which an application builds them:

    saying = Saying(messages, presenter, rota)
    storms = Storms(saying, presenter, groups=…)
    announcing = Announcing(saying, storms, rota)
    watch = Watch(journal, saying, presenter, catalogue, …)
    intake = IncidentIntake(journal, ids, read_notice, announcing, watch, saying, presenter, admin_chat)
    acks, silences, escalation, mirror, actions, exits, held …

What must stay true:

* Everything that a webhook causes is in the transaction that marks it done.
* Nothing here waits on the world inside a transaction: a silence is made first and kept afterwards, a call is committed
  as running before it is sent.
* All that is due is computed from moments in the store, so a restart forgets nothing and rings for nothing twice.
"""
