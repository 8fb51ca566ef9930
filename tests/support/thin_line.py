"""A line of one's own in front of a server: so many bits a second, so long a way, nothing lost.

It stands in for `tc qdisc … netem`, which needs a kernel module and root. Each direction has a
queue of its own, as a modem has.
"""

import asyncio
import threading
from contextlib import contextmanager


class Line:
    """A line that connections to ``port`` go through.

    Parameters
    ----------
    target : int
        The port on this machine where it ends.
    bits : float
        A second, in each direction.
    way : float
        Seconds from one end to the other; there and back is twice as long.
    """

    def __init__(self, target, bits, way):
        self.target, self.rate, self.way = target, bits / 8, way
        self.port = None

    async def accept(self, reader, writer):
        """Join a connection with one to the target."""
        onward = await asyncio.open_connection("127.0.0.1", self.target)
        await asyncio.gather(self._pass_on(reader, onward[1]), self._pass_on(onward[0], writer))

    async def _pass_on(self, reader, writer):
        loop, queue = asyncio.get_running_loop(), asyncio.Queue()
        arrivals = asyncio.create_task(self._arrive(queue, writer))
        free = 0.0
        # Small pieces, few under way: what waits, waits at the sender, as on a real line.
        while data := await reader.read(4096):
            free = max(free, loop.time()) + len(data) / self.rate
            queue.put_nowait((free + self.way, data))
            await asyncio.sleep(max(0.0, free - loop.time()))
        queue.put_nowait((free + self.way, b""))
        await arrivals

    async def _arrive(self, queue, writer):
        loop = asyncio.get_running_loop()
        while True:
            at, data = await queue.get()
            await asyncio.sleep(max(0.0, at - loop.time()))
            if not data:
                writer.close()
                return
            writer.write(data)


@contextmanager
def line(target, bits, way):
    """Give the port of a line to a port of this machine."""
    one, loop, ready = Line(target, bits, way), asyncio.new_event_loop(), threading.Event()

    async def serve():
        server = await asyncio.start_server(one.accept, "127.0.0.1", 0)
        one.port = server.sockets[0].getsockname()[1]
        ready.set()
        async with server:
            await server.serve_forever()

    def run():
        asyncio.set_event_loop(loop)
        task = loop.create_task(serve())
        one.stop = lambda: loop.call_soon_threadsafe(task.cancel)
        try:
            loop.run_until_complete(task)
        except asyncio.CancelledError:
            for left in asyncio.all_tasks(loop):
                left.cancel()
                loop.run_until_complete(asyncio.gather(left, return_exceptions=True))
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait(timeout=60)
    try:
        yield one.port
    finally:
        one.stop()
        thread.join()
