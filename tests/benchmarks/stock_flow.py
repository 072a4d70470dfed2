"""crewAI's flow runtime as it comes: what the flow runner is measured against."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from tests.benchmarks import flow_documents
from tests.benchmarks.part import serve_part
from tests.benchmarks.stock import start


def flow(data: str, shape: str, **sizes: int) -> dict[str, float]:
    """Wall time of `akickoff` of a flow of `flow_documents`, built before; its events are off as they cost it time."""
    start(data)
    from crewai.flow.flow import Flow

    document = getattr(flow_documents, shape)(**sizes)
    built: Any = Flow.from_declaration(contents={**document, "config": {"suppress_flow_events": True}})
    begin = time.perf_counter()
    output = asyncio.run(built.akickoff())
    return {"wall": time.perf_counter() - begin, "steps": len(document["methods"]), "output": output}


if __name__ == "__main__":
    serve_part({"flow": flow})
