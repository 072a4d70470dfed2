"""Execution: one execution, live."""

from crewlab.ui.page import show
from crewlab.ui.views.execution import render

show(render)
