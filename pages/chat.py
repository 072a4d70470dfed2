"""Chat: find out in a conversation what a crew shall do, and let it."""

from crewlab.ui.page import show
from crewlab.ui.views.chat import render

show(render)
