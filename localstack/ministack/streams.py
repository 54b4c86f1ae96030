"""MiniStack's one loop for queues and streams waits for each function that reads a stream, and gives no worker its next
message meanwhile: here streams have a loop of their own.
"""

import logging
import time
from threading import Event, Thread

from ministack.services import dynamodb, lambda_svc

# Lambda asks DynamoDB's streams four times a second, so that what comes together is told together.
PAUSE_SECONDS = 0.25


def poll_streams_apart() -> None:
    poll = lambda_svc._poll_dynamodb_streams

    def poll_for_ever() -> None:
        while True:
            next_poll = time.monotonic() + PAUSE_SECONDS
            try:
                poll()
            except Exception:
                logging.getLogger("streams").exception("A stream could not be polled.")
            time.sleep(max(0, next_poll - time.monotonic()))

    lambda_svc._poll_dynamodb_streams = lambda: False
    # What is written to a stream wakes the loop of the queues no more.
    dynamodb.esm_wake = Event()
    Thread(target=poll_for_ever, daemon=True).start()
