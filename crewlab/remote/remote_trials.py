"""Trying a crew several times in the app, and having the outputs scored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from crewlab.engine.repeats import repeats
from crewlab.executions.launch import LaunchArguments
from crewlab.remote.remote_live import RemoteLive
from crewlab.remote.remote_running import Inputs
from crewlab.remote.remote_tables import RemoteTables

if TYPE_CHECKING:
    from crewlab.analysis.quality_report import QualityReport
    from crewlab.engine.catalogue import Runnable


class RemoteTrials(RemoteLive, RemoteTables):
    """crewAI's `crew.test`."""

    def test(
        self,
        definition: Runnable,
        inputs: Inputs | None = None,
        *,
        iterations: int = 3,
        **arguments: Unpack[LaunchArguments],
    ) -> QualityReport:
        """`Lab.test` in the app. Ctrl-C ends the waiting only. Raises as it does."""
        rows = repeats(inputs, iterations, arguments.get("judge"))
        executions = self.run_each(definition, rows, **arguments)
        return self.quality_report(str(executions[0].batch_id))

    def quality_report(self, batch_id: str) -> QualityReport:
        """The scores of a batch that was launched with a judge, as far as they are there."""
        from crewlab.analysis.quality_report import quality_report

        return quality_report(batch_id, self.scores_df(batch_id=batch_id), self.executions_df(batch_id=batch_id))
