"""Executions: everything that ran or is running."""

from crewlab.ui.page import show
from crewlab.ui.views.executions import render

show(render)
