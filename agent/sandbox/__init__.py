"""A strict local double of the Telegram Bot API: a process of its own, real HTTP, no token and no network needed.

`python -m agent.sandbox` prints its base URL; `<base>/bot<token>/<method>` is the API, `<base>/sim/...` is for tests
and demonstrations. What `/sim/` takes and gives is JSON; misspelt keys are refused.

    POST chat       chat_id, name, threads, blocked, moved_to      make a chat known or change it
    POST message    chat_id, text, user, reply_to, thread, document: {name, content or base64, mime, size}
    POST edit       chat_id, message_id, text                      a person edits
    POST tap        chat_id, button or data, message_id, user, forge
    POST redeliver  update_id                                      a confirmed update comes once more
    POST wait       chat_id, matches, sender, after, count, history | call, status, chat_id, after, count
                    | answered | drained; timeout                  returns as soon as it is so; 408 with the scene
    GET  transcript ?chat_id= &format=text                         messages with versions, buttons, taps and times
    GET  calls      ?method= &chat_id= &after=                     every call of the bot and its outcome
    GET  callbacks, file?file_id=, state
    POST faults     kind: 429, 5xx, hang, reset or refuse; method, chat_id, times, seconds, retry_after, status, late
    GET, DELETE faults                                             DELETE takes ?fault=, or lifts all
    POST limits     per_chat, per_chat_burst, overall, per_group   flood limits; what is left out is off
    POST clock      advance                                        seconds; everything ages at once
    POST reset

`state` names a second base URL, for `/sim/` alone, that still answers while connections are refused.
"""
