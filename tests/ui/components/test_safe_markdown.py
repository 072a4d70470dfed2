"""Model output cannot load, run or pretend anything when it is shown as Markdown."""

from __future__ import annotations

import pytest

from crewlab.ui.components.safe_markdown import BREAK, GAP, blocks, safe_markdown


def visible(text: str) -> str:
    return text.replace(BREAK, "")


@pytest.mark.parametrize(
    "payload",
    [
        "![x](http://evil.example/pixel.png)",
        "![x](https://evil.example/pixel.png?secret=1 'title')",
        "![a\nb](http://evil.example/p.png)",
        "![x][ref]\n\n[ref]: http://evil.example/p.png",
        "![ref]\n\n[ref]: http://evil.example/p.png",
        "!![x](http://evil.example/p.png)",
        "[![x](http://evil.example/p.png)](http://evil.example)",
        "![](data:image/svg+xml;base64,AAAA)",
        "> - ![x](//evil.example/p.png)",
    ],
)
def test_images_never_load(payload: str):
    """No text contains the two characters that begin an image."""
    assert "![" not in "".join(block.text for block in blocks(payload))


@pytest.mark.parametrize(
    "payload",
    [
        "[click](javascript:alert(1))",
        "[click](JaVaScRiPt:alert(1))",
        "[click](java&#115;cript:alert(1))",
        "[click](&#x6A;avascript:alert(1))",
        "[click](<javascript:alert(1)>)",
        "[click](\njavascript:alert(1))",
        "[click](vbscript:x)",
        "[click](data:text/html,<script>)",
        "[click](/executions?id=1)",
        "[click](file:///etc/passwd)",
    ],
)
def test_only_web_and_mail_links_stay_links(payload: str):
    """The target of any other link is cut off from its text."""
    assert "](" not in safe_markdown(payload)


def test_definitions_of_links_are_checked_too():
    """A reference cannot smuggle in what a link may not have."""
    assert "]:" not in safe_markdown("[a][b]\n\n[b]: javascript:alert(1)")


def test_automatic_links_are_checked_too():
    """`<scheme:...>` is a link as well."""
    assert "<j" not in safe_markdown("<javascript:alert(1)>")
    assert safe_markdown("<https://example.org/a>") == "<https://example.org/a>"


@pytest.mark.parametrize(
    "payload", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!-- x -->", "</div>", "<?php ?>"]
)
def test_tags_are_text(payload: str):
    """Nothing that looks like a tag survives, and its wording stays readable."""
    assert f"<{BREAK}" in safe_markdown(payload)
    assert visible(safe_markdown(payload)) == payload


@pytest.mark.parametrize(
    "payload", [":green-badge[completed]", ":material/check:", ":red[x]", ":streamlit:", ":red{x}", "::note[x]"]
)
def test_a_model_cannot_draw_our_badges(payload: str):
    """Streamlit's own directives are shown as typed."""
    assert f":{GAP}" in safe_markdown(payload)


@pytest.mark.parametrize("fence", ["```mermaid", "  ```mermaid", "- ```mermaid", "> ~~~ mermaid", "1. ```&#109;ermaid"])
def test_diagrams_are_code(fence: str):
    """A diagram can hold remote images, so no fence keeps the language that draws one."""
    prose = "".join(block.text for block in blocks(f"{fence}\ngraph TD; A-->B\n") if not block.is_code)
    assert "ermaid" not in prose


def test_what_is_harmless_stays_as_it_is():
    """Ordinary Markdown is not touched."""
    text = "# Title\n\n- **b**, [link](https://example.org/a_(b)?c=1&d=2), `code`\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    assert safe_markdown(text) == text


def test_dollars_are_money():
    """Two amounts in a sentence are not a formula; inside code nothing is escaped."""
    assert safe_markdown("from $5 to $7, see `$HOME`") == "from \\$5 to \\$7, see `$HOME`"


def test_code_at_the_margin_is_verbatim():
    """A fenced block is given out as code with its language, letter by letter, and prose continues after it."""
    code, prose = blocks("```python\nprint('![x](http://e)')\n```\nafter")
    assert (code.text, code.is_code, code.language) == ("print('![x](http://e)')", True, "python")
    assert (prose.text, prose.is_code) == ("after", False)


def test_unclosed_code_reaches_the_end():
    """As in Markdown: nothing after it is parsed."""
    (code,) = blocks("````\n```\n![x](http://e)")
    assert code.is_code
    assert code.text == "```\n![x](http://e)"


def test_an_image_becomes_a_link():
    """The reader can still decide to open it."""
    assert safe_markdown("![chart](https://example.org/c.png)") == "[image: chart](https://example.org/c.png)"
