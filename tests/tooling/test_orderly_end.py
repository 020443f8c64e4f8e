"""A served process that is told to stop finishes what stands around the server."""

import signal
import subprocess
import sys
import textwrap

import pytest

PROGRAM = textwrap.dedent(
    """
    import asyncio, uvicorn
    from fastapi import FastAPI
    from shared.serving import OrderlyServer

    async def main():
        app = FastAPI()
        server = OrderlyServer(uvicorn.Config(app, port=0, log_config=None))
        server.end_on_signals()
        print("ready", flush=True)
        await server.serve()
        await asyncio.sleep(0)
        print("drained", flush=True)

    asyncio.run(main())
    """
)


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_what_stands_around_the_server_is_finished(signum: signal.Signals) -> None:
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signum)
    printed, _ = process.communicate(timeout=30)
    assert (process.returncode, printed) == (0, "drained\n")
