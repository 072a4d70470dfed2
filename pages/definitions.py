"""Definitions: the list of crews."""

from crewlab.ui.page import show
from crewlab.ui.views.definitions import render

show(render)
