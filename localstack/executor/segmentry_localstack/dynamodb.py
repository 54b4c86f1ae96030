"""DynamoDB Local from Maven Central, instead of the archive and the agent that LocalStack would download."""

import os

from localstack.services.dynamodb.server import DynamodbServer
from localstack.utils.run import ShellCommandThread
from localstack.utils.threads import TMP_THREADS


def run_on_loopback() -> None:
    """Makes LocalStack start the jars in the folder SEGMENTRY_DYNAMODB, bound to 127.0.0.1, in memory."""
    folder = os.environ["SEGMENTRY_DYNAMODB"]

    def start(server: DynamodbServer) -> ShellCommandThread:
        thread = ShellCommandThread(
            [
                "java",
                f"-Xmx{server.heap_size}",
                f"-Djava.library.path={folder}/lib",
                "-cp",
                f"{folder}/classes:{folder}/lib/*",
                "LoopbackDynamoDb",
                "-port",
                str(server.port),
                "-inMemory",
            ],
            auto_restart=True,
            name="dynamodb-local",
            env_vars={"DDB_LOCAL_TELEMETRY": "0"},
        )
        TMP_THREADS.append(thread)
        thread.start()
        return thread

    DynamodbServer.do_start_thread = start
