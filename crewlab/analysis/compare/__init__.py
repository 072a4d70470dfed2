"""What differs between executions, or between batches paired by input: definition, inputs and model first."""

from crewlab.analysis.compare.batch_comparison import BatchComparison, compare_batches
from crewlab.analysis.compare.comparison import Comparison, compare
from crewlab.analysis.compare.metrics import METRICS, TASK_METRICS
from crewlab.analysis.compare.step_rows import with_steps

__all__ = ["METRICS", "TASK_METRICS", "BatchComparison", "Comparison", "compare", "compare_batches", "with_steps"]
