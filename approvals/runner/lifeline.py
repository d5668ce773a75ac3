"""Run Prefect's command line for as long as the parent process lives.

The parent keeps the other end of our standard input open and never writes to it. When the parent is gone, in
whatever way, the system closes that end; no signal handler, process id or operating system is needed for it.
Run as a file and not as a module, so that it works from any folder.
"""

from __future__ import annotations

import os
import runpy
import signal
import threading
import time

ORDERLY_SECONDS = 10


def end_with_parent() -> None:
    """Wait until the parent is gone, then end this process: politely, and if that takes too long at once."""
    # Not through sys.stdin: its lock, held here, would turn an ordinary exit of the server into an abort.
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(ORDERLY_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, name="lifeline", daemon=True).start()
    runpy.run_module("prefect", run_name="__main__", alter_sys=True)
