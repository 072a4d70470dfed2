"""A way to a server that cuts every connection after some bytes."""

from __future__ import annotations

import asyncio
import threading
from urllib.parse import urlsplit


class Cutting:
    """A TCP relay on a free port, which cuts nothing until it is told to."""

    def __init__(self, url: str) -> None:
        self._to = urlsplit(url)
        self._after_bytes: list[int] = []
        self.cuts = self.connections = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve)

    def cut(self, after_bytes: list[int]) -> None:
        """Cut what is open, and each further connection after the next number of bytes that come back."""
        asyncio.run_coroutine_threadsafe(self._cut_open(after_bytes), self._loop).result()

    async def _cut_open(self, after_bytes: list[int]) -> None:
        open_now = list(self._tasks)
        for task in open_now:
            task.cancel()
        await asyncio.gather(*open_now, return_exceptions=True)
        self._after_bytes = list(after_bytes)

    def __enter__(self) -> Cutting:
        self._thread.start()
        assert self._ready.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _serve(self) -> None:
        self._loop.run_until_complete(self._relay())
        self._loop.close()

    async def _relay(self) -> None:
        self._stop = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        task.add_done_callback(self._tasks.discard)
        try:
            await self._through(reader, writer, self._after_bytes.pop(0) if self._after_bytes else None)
        finally:
            writer.transport.abort()

    async def _through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, left: int | None) -> None:
        there_reader, there_writer = await asyncio.open_connection(self._to.hostname, self._to.port)
        forth = asyncio.create_task(self._copy(reader, there_writer, None))
        try:
            await self._copy(there_reader, writer, left)
        finally:
            forth.cancel()
            await asyncio.gather(forth, return_exceptions=True)
            there_writer.transport.abort()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, left: int | None) -> None:
        while part := await reader.read(65_536):
            writer.write(part[:left])
            await writer.drain()
            if left is not None:
                left -= len(part)
                if left <= 0:
                    self.cuts += 1
                    return
