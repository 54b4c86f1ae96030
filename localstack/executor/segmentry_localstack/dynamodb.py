"""DynamoDB Local from Maven Central, instead of the archive and the agent that LocalStack would download."""

import os
import subprocess

from localstack.services.dynamodb.server import DynamodbServer
from localstack.utils.threads import TMP_THREADS, FuncThread


def run_on_loopback() -> None:
    """Makes LocalStack start the jars in the folder SEGMENTRY_DYNAMODB, bound to 127.0.0.1, in memory.

    LocalStack's own way of starting it gives it a session of its own, where it outlives a LocalStack that is killed.
    """

    def start(server: DynamodbServer) -> FuncThread:
        process = subprocess.Popen(_command(server), env=os.environ | {"DDB_LOCAL_TELEMETRY": "0"})

        def end(_thread: FuncThread) -> None:
            process.kill()
            process.wait()

        thread = FuncThread(lambda _: process.wait(), name="dynamodb-local", on_stop=end)
        TMP_THREADS.append(thread)
        thread.start()
        return thread

    DynamodbServer.do_start_thread = start


def _command(server: DynamodbServer) -> list[str]:
    folder = os.environ["SEGMENTRY_DYNAMODB"]
    return [
        "java",
        f"-Xmx{server.heap_size}",
        f"-Djava.library.path={folder}/lib",
        "-cp",
        f"{folder}/classes:{folder}/lib/*",
        "LoopbackDynamoDb",
        "-port",
        str(server.port),
        "-inMemory",
    ]
