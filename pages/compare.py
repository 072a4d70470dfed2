"""Compare: what differs, and what it did."""

from crewlab.ui.page import show
from crewlab.ui.views.compare import render

show(render)
