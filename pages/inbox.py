"""Inbox: what waits for a person."""

from crewlab.ui.page import show
from crewlab.ui.views.inbox import render

show(render)
