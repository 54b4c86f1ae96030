"""Runs LocalStack's execution environments as workers."""

import json
import os
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from localstack.aws.api.lambda_ import PackageType
from localstack.aws.connect import connect_to
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import LambdaRuntimeException, RuntimeExecutor

from segmentry_localstack.worker import Answer, InitFailed, Worker, WorkerStopped, program_for

LOOPBACK = "127.0.0.1"
# On AWS an init that takes longer is tried again as part of the invocation, under the function's own limit.
INIT_TIMEOUT_SECONDS = 10
RESPONSE_LIMIT_BYTES = 6_291_556


class ProcessExecutor(RuntimeExecutor):
    """One execution environment. LocalStack gives it one invocation at a time, and stops it from other threads."""

    def __init__(self, id: str, function_version: FunctionVersion) -> None:
        super().__init__(id, function_version)
        self._environment: dict[str, str] = {}
        self._worker: Worker | None = None
        self._stopped = False
        self._changing_worker = threading.Lock()

    def start(self, env_vars: Mapping[str, object]) -> None:
        self._environment = self._environment_of_worker(env_vars)
        self._start_worker()

    def stop(self) -> None:
        with self._changing_worker:
            self._stopped = True
            worker = self._worker
        if worker is not None:
            worker.stop()

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        """The answer with its log; after a crash or a time-out the next invocation gets a new worker."""
        if not self._worker.is_usable:
            self._start_worker()
        request_id = payload["invoke-id"]
        invocation = {
            "requestId": request_id,
            "event": payload["payload"],
            "functionArn": payload["invoked-function-arn"],
            "traceId": payload["trace-id"],
        }
        started_at = time.monotonic()
        answer = _within_limit(self._worker.invoke(invocation, self.function_version.config.timeout))
        milliseconds = (time.monotonic() - started_at) * 1000
        log = self._log_of_invocation(request_id, answer, milliseconds)
        return InvocationResult(request_id, answer.body.encode(), answer.is_error, log)

    def get_logs(self) -> str:
        return self._worker.take_output() if self._worker is not None else ""

    def get_address(self) -> str:
        return LOOPBACK

    def get_endpoint_from_executor(self) -> str:
        return LOOPBACK

    def get_runtime_endpoint(self) -> str:
        """Workers have a socket of their own instead."""
        return ""

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        config = function_version.config
        if config.package_type == PackageType.Image or not program_for(config.runtime):
            raise LambdaRuntimeException("Without Docker only zip packages for Node.js and Python run.")
        config.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """LocalStack removes the code when the function is deleted."""

    def _start_worker(self) -> None:
        config = self.function_version.config
        folder = Path(config.code.get_unzipped_code_location())
        with self._changing_worker:
            if self._stopped:
                raise WorkerStopped
            worker = self._worker = Worker(
                program_for(config.runtime), config.handler, folder, self._environment
            )
        try:
            worker.start(max(INIT_TIMEOUT_SECONDS, config.timeout))
        except InitFailed as error:
            self._store_log(f"{worker.take_output()}INIT_REPORT Phase: init\tStatus: error\n")
            raise StatusErrorException("init", payload=error.body.encode()) from error

    def _environment_of_worker(self, env_vars: Mapping[str, object]) -> dict[str, str]:
        config = self.function_version.config
        given = {name: str(value) for name, value in env_vars.items()}
        return {
            "PATH": os.environ["PATH"],
            "HOME": tempfile.gettempdir(),
            "TMPDIR": tempfile.gettempdir(),
            **given,
            "TZ": "UTC",
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{config.runtime}",
            "LAMBDA_TASK_ROOT": str(config.code.get_unzipped_code_location()),
        }

    def _log_of_invocation(self, request_id: str, answer: Answer, milliseconds: float) -> str:
        config, version = self.function_version.config, self.function_version.id.qualifier
        output = self._worker.take_output()
        if output and not output.endswith("\n"):
            output += "\n"
        fault = f"{json.loads(answer.body)['errorMessage']}\n" if answer.ended_worker else ""
        return (
            f"START RequestId: {request_id} Version: {version}\n{output}{fault}END RequestId: {request_id}\n"
            f"REPORT RequestId: {request_id}\tDuration: {milliseconds:.2f} ms\tMemory Size: {config.memory_size} MB\n"
        )

    def _store_log(self, text: str) -> None:
        """LocalStack stores the logs of invocations alone, and so would lose why a handler could not be loaded."""
        group, stream = (self._environment[f"AWS_LAMBDA_LOG_{name}_NAME"] for name in ("GROUP", "STREAM"))
        logs = connect_to(
            aws_access_key_id=self.function_version.id.account, region_name=self.function_version.id.region
        ).logs
        for create in (
            lambda: logs.create_log_group(logGroupName=group),
            lambda: logs.create_log_stream(logGroupName=group, logStreamName=stream),
        ):
            try:
                create()
            except logs.exceptions.ResourceAlreadyExistsException:
                pass
        now_ms = int(time.time() * 1000)
        events = [{"timestamp": now_ms, "message": f"{line}\n"} for line in text.splitlines() if line]
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


def _within_limit(answer: Answer) -> Answer:
    if len(answer.body.encode()) <= RESPONSE_LIMIT_BYTES:
        return answer
    error = {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": f"Response payload size exceeded maximum allowed payload size ({RESPONSE_LIMIT_BYTES} bytes).",
    }
    return Answer(json.dumps(error), is_error=True)
