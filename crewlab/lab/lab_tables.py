"""Whole tables for analysis, and what is made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewlab.analysis.frame_methods import FrameMethods
from crewlab.lab.lab_reading import LabReading

if TYPE_CHECKING:
    from pandas import DataFrame

    from crewlab.analysis.columns import FrameName, FrameScope


class LabTables(LabReading, FrameMethods):
    """Frames, read beside the store."""

    def _frame(self, name: FrameName, scope: FrameScope) -> DataFrame:
        from crewlab.analysis import frames

        return frames.load(self.store, name, owner=self.settings.owner, **scope)
