"""Trying a crew several times and having the outputs scored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from crewlab.engine.catalogue import Runnable
from crewlab.engine.repeats import repeats
from crewlab.executions.launch import LaunchArguments
from crewlab.lab.lab_running import LabRunning
from crewlab.lab.lab_tables import LabTables
from crewlab.lab.parts import Document

if TYPE_CHECKING:
    from crewlab.analysis.quality_report import QualityReport


class LabTrials(LabRunning, LabTables):
    """crewAI's `crew.test`."""

    def test(
        self,
        definition: Runnable,
        inputs: Document | None = None,
        *,
        iterations: int = 3,
        **arguments: Unpack[LaunchArguments],
    ) -> QualityReport:
        """Run `iterations` times at once, let the model `judge` score each output, and wait.

        Each run is an execution of one batch. Raises as `run_each` does, and:

        Raises:
            InputsError: There is no judge, or less than one iteration.
        """
        rows = repeats(inputs, iterations, arguments.get("judge"))
        executions = self.run_each(definition, rows, **arguments)
        return self.quality_report(str(executions[0].batch_id))

    def quality_report(self, batch_id: str) -> QualityReport:
        """The scores of a batch that was launched with a judge, as far as they are there."""
        from crewlab.analysis.quality_report import quality_report

        return quality_report(batch_id, self.scores_df(batch_id=batch_id), self.executions_df(batch_id=batch_id))
