"""Launch: run a crew once or over a table."""

from crewlab.ui.page import show
from crewlab.ui.views.launch import render

show(render)
