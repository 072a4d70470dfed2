"""Settings: the pool, limits, storage, and what this is."""

from crewlab.ui.page import show
from crewlab.ui.views.settings import render

show(render)
