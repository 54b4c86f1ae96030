"""The way down."""

from localstack.runtime.server.hypercorn import HypercornRuntimeServer


def wake_to_stop() -> None:
    """LocalStack stops its event loop from another thread without waking it, and so may sleep on for good."""
    stop = HypercornRuntimeServer.shutdown

    def stop_and_wake(server: HypercornRuntimeServer) -> None:
        stop(server)
        server.loop.call_soon_threadsafe(lambda: None)

    HypercornRuntimeServer.shutdown = stop_and_wake
