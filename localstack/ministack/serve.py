"""Serves MiniStack by uvicorn: python serve.py PORT. Its settings are in the environment.

MiniStack's own program serves itself by hypercorn, whose HTTP is written in Python and takes a fifth of the
emulator's time; uvicorn's parser and loop are in C.
"""

import os
import resource
import sys
from pathlib import Path

import functions
import memory
import parsing
import streams
import uvicorn
from ministack.app import app

parsing.parse_quickly()
streams.poll_streams_apart()
streams.read_restored_from_beginning()
memory.let_go()
functions.unpack_once(Path(os.environ["FUNCTIONS_DIR"]))
functions.start_patiently()
functions.run_sources_behind()

# Connections above the soft limit would be refused.
_, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))

uvicorn.run(
    app,
    host="127.0.0.1",
    port=int(sys.argv[1]),
    http="httptools",
    loop="uvloop",
    ws="wsproto",
    # Longer than clients keep theirs: none of them sends into a connection that is being closed.
    timeout_keep_alive=75,
    timeout_graceful_shutdown=1,
    access_log=False,
    log_level="warning",
)
