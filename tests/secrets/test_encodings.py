"""The forms in which a secret is looked for."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crewlab.secrets.encodings import forms_of

SECRET = 'sk-"ü/+ \\&=x<9>~%2F'


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        json.dumps({"key": SECRET}),
        json.dumps({"key": SECRET}, ensure_ascii=False),
        json.dumps(json.dumps({"key": SECRET})),
        json.dumps(SECRET).replace("/", "\\/"),
        f"https://x.example/?key={quote(SECRET, safe='')}",
        quote(SECRET),
        quote_plus(SECRET),
        quote(SECRET, safe="").replace("%2F", "%2f").replace("%C3%BC", "%c3%bc").replace("%5C", "%5c")
        .replace("%2B", "%2b").replace("%3D", "%3d").replace("%3C", "%3c").replace("%3E", "%3e"),
        html.escape(SECRET),
        repr(SECRET),
        SECRET.encode().hex(),
        SECRET.encode().hex().upper(),
    ],
)  # fmt: skip
def test_a_secret_is_found_as_programs_write_it(text: str):
    """At least one form is in the text."""
    assert any(form in text for form in forms_of(SECRET))


@given(before=st.binary(max_size=9), after=st.binary(max_size=9), secret=st.text(min_size=12, max_size=40))
def test_a_secret_is_found_in_base64_wherever_it_begins(before: bytes, after: bytes, secret: str):
    """As in a header that holds user and password together; in both alphabets."""
    raw = before + secret.encode("utf-8", "surrogatepass") + after
    forms = forms_of(secret)
    assert any(form in base64.b64encode(raw).decode() for form in forms)
    assert any(form in base64.urlsafe_b64encode(raw).decode() for form in forms)


def test_forms_are_long_enough_to_mean_something():
    """A few characters would mask ordinary words."""
    assert min(map(len, forms_of("12345678"))) >= 8
