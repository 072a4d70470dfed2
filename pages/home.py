"""Home: what is running, what ran, and first steps."""

from crewlab.ui.page import show
from crewlab.ui.views.home import render

show(render)
