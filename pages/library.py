"""Library: secrets, and what models cost."""

from crewlab.ui.page import show
from crewlab.ui.views.library import render

show(render)
