"""MiniStack's one loop for queues and streams waits for each function that reads a stream, and gives no worker its next
message meanwhile: here streams have a loop of their own. It keeps records for a day: here until they are read. And where
it starts again with its state, its streams are empty, but read from where they ended: here from their beginning.
"""

import logging
import time
from threading import Event, Thread

from ministack.core.arn import parse_arn
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
                drop_what_was_read()
            except Exception:
                logging.getLogger("streams").exception("A stream could not be polled.")
            time.sleep(max(0, next_poll - time.monotonic()))

    lambda_svc._poll_dynamodb_streams = lambda: False
    # What is written to a stream wakes the loop of the queues no more.
    dynamodb.esm_wake = Event()
    Thread(target=poll_for_ever, daemon=True).start()


def drop_what_was_read() -> None:
    """Of each stream, the records that all its readers have passed."""
    positions = lambda_svc._dynamodb_stream_positions._data
    trimmed = dynamodb._stream_trimmed._data
    passed = {}
    for account, region, reader in lambda_svc._iter_all_esms():
        source = parse_arn(reader["EventSourceArn"])
        if source.service == "dynamodb":
            stream = (account, region, source.resource.split("/")[1])
            position = positions.get((account, region, reader["UUID"]), 0)
            passed[stream] = min(position, passed.get(stream, position))
    for stream, position in passed.items():
        records = dynamodb._stream_records._data.get(stream, [])
        read = position - trimmed.get(stream, 0)
        # A reader may be left of another stream of a table of this name.
        if 0 < read <= len(records):
            del records[:read]
            trimmed[stream] = position


def read_restored_from_beginning() -> None:
    restore = lambda_svc._restore_esm_positions

    def restore_at_beginning(store: object, positions: object) -> None:
        restore(store, positions)
        if store is lambda_svc._dynamodb_stream_positions:
            store._data.update(dict.fromkeys(store._data, 0))

    lambda_svc._restore_esm_positions = restore_at_beginning
