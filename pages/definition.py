"""Definition: one crew in forms."""

from crewlab.ui.page import show
from crewlab.ui.views.definition import render

show(render)
