"""Plotly figures of frames and comparisons. Importing this loads no plotly; drawing does."""

from crewlab.analysis.figures.comparisons import metric_bars, paired_deltas, task_metric_bars
from crewlab.analysis.figures.executions import cost_chart, duration_chart
from crewlab.analysis.figures.look import STATUS_COLOURS
from crewlab.analysis.figures.task_timeline import timeline
from crewlab.analysis.figures.tasks import task_bars

__all__ = [
    "STATUS_COLOURS",
    "cost_chart",
    "duration_chart",
    "metric_bars",
    "paired_deltas",
    "task_bars",
    "task_metric_bars",
    "timeline",
]
