"""Queues feed as many workers at a time as their mapping allows; LocalStack's own one poller feeds one."""

import logging

from localstack import config
from localstack.services.lambda_.event_source_mapping.esm_worker import EsmWorker
from localstack.services.lambda_.event_source_mapping.pollers.poller import EmptyPollResultsException
from localstack.utils.threads import FuncThread

LOG = logging.getLogger(__name__)
# Where a mapping names no maximum. AWS begins with five and goes on; here each worker is a process of one machine.
DEFAULT_CONCURRENCY = 2
PAUSE_AFTER_ERROR_SECONDS = 2


def poll_queues_concurrently() -> None:
    start = EsmWorker.start

    def start_all(worker: EsmWorker) -> None:
        start(worker)
        first = worker._poller_thread
        for number in range(2, _concurrency(worker) + 1):
            name = f"event-source-mapping-poller-{worker.uuid}-{number}"
            FuncThread(lambda _: _poll_beside(first, worker), name=name).start()

    EsmWorker.start = start_all


def _concurrency(worker: EsmWorker) -> int:
    source = worker.esm_config.get("EventSourceArn", "")
    if ":sqs:" not in source or source.endswith(".fifo"):
        return 1
    scaling = worker.esm_config.get("ScalingConfig") or {}
    return scaling.get("MaximumConcurrency") or DEFAULT_CONCURRENCY


def _poll_beside(first: FuncThread, worker: EsmWorker) -> None:
    """Polls for as long as the worker's own thread does; a mapping that starts again has another one."""
    stopping = worker._shutdown_event
    while not stopping.is_set() and worker._poller_thread is first:
        try:
            worker.poller.poll_events()
            pause_seconds = config.LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC
        except EmptyPollResultsException:
            pause_seconds = config.LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC
        except Exception as error:
            LOG.warning("Polling %s failed: %s", worker.esm_config.get("EventSourceArn"), error)
            pause_seconds = PAUSE_AFTER_ERROR_SECONDS
        stopping.wait(pause_seconds)
