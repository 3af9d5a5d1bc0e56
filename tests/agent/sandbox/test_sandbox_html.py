"""The HTML parse mode: Telegram's tags, Telegram's complaints."""

import pytest

from .stage import Stage


@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        ("a <div>b</div>", 'Unsupported start tag "div" at byte offset 2'),
        ("é <h1>b</h1>", 'Unsupported start tag "h1" at byte offset 3'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ('<span class="x">a</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ('<tg-emoji emoji-id="x">a</tg-emoji>', "Invalid custom emoji identifier specified"),
    ],
)
async def test_markup_that_telegram_cannot_parse_is_refused_in_its_words(
    stage: Stage, html: str, complaint: str
) -> None:
    answer = await stage.send(html, parse_mode="HTML")
    assert (answer.status, answer.description) == (400, f"Bad Request: can't parse entities: {complaint}")


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("<B>a</b>", "a", [("bold", 0, 1)]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("<pre><code class='language-py'>x</code></pre>", "x", [("pre", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ("<a href='https://e.org?a=1&amp;b=2'>l</a>", "l", [("text_link", 0, 1)]),
        ("<a href='http://localhost/x'>l</a>", "l", []),
        ("  <u>a</u>  ", "a", [("underline", 0, 1)]),
        ("<b></b>a", "a", []),
        ("&lt;&#65;&#x42;&nbsp;& &", "<AB&nbsp;& &", []),
    ],
)
async def test_markup_becomes_text_and_entities(
    stage: Stage, html: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    result = (await stage.send(html, parse_mode="HTML")).body["result"]
    found = [(entity["type"], entity["offset"], entity["length"]) for entity in result.get("entities", [])]
    assert (result["text"], found) == (text, entities)


async def test_a_parse_mode_that_we_do_not_use_is_refused(stage: Stage) -> None:
    assert (await stage.send("*a*", parse_mode="MarkdownV2")).description == "Bad Request: unsupported parse_mode"
