"""The worker by itself, with Node.js but without LocalStack."""

import json
import os
import subprocess
import sys
import textwrap
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
from segmentry_localstack.worker import InitFailed, Worker, WorkerStopped, program_for

HANDLERS = Path(__file__).with_name("handlers")
LONG_SECONDS = 60


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until(condition, what: str) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"never came: {what}")


class WorkerTest(unittest.TestCase):
    runtime = "nodejs24.x"

    def worker(self, handler="sample.handler", **environment) -> Worker:
        environment["PATH"] = os.environ["PATH"]
        worker = Worker(program_for(self.runtime), handler, HANDLERS, environment)
        self.addCleanup(worker.stop)
        return worker

    def started(self, handler="sample.handler", **environment) -> Worker:
        worker = self.worker(handler, **environment)
        worker.start(LONG_SECONDS)
        return worker

    def invoke(self, worker: Worker, event, timeout_seconds: float = LONG_SECONDS, request_id="r-1"):
        invocation = {
            "requestId": request_id,
            "event": json.dumps(event),
            "functionArn": "arn",
            "traceId": "Root=1",
        }
        return worker.invoke(invocation, timeout_seconds)

    def answer_of(self, worker: Worker, event, **options):
        answer = self.invoke(worker, event, **options)
        self.assertFalse(answer.is_error, answer.body)
        return json.loads(answer.body)


class Answering(WorkerTest):
    def test_one_process_answers_every_invocation(self):
        worker = self.started()
        first, second = self.answer_of(worker, {}), self.answer_of(worker, {}, request_id="r-2")
        self.assertEqual(first["pid"], second["pid"])
        self.assertEqual([first["calls"], second["calls"]], [1, 2])
        self.assertEqual(second["requestId"], "r-2")

    def test_the_handler_knows_how_long_it_has(self):
        remaining_ms = self.answer_of(self.started(), {}, timeout_seconds=50)["remainingMs"]
        self.assertLessEqual(remaining_ms, 50_000)
        self.assertGreater(remaining_ms, 0)

    def test_the_environment_is_the_given_one_and_no_more(self):
        os.environ["SHELL"] = "leaked"
        answer = self.answer_of(self.started(SECRET="kept"), {})
        self.assertEqual((answer["secret"], answer["shell"]), ("kept", None))

    def test_bodies_of_megabytes_pass_in_both_directions(self):
        text = "ä\n" * 1_000_000
        self.assertEqual(self.answer_of(self.started(), {"echo": text})["echo"], text)

    def test_a_handler_without_a_result_answers_null(self):
        self.assertEqual(self.invoke(self.started("sample.nothing"), {}).body, "null")

    def test_a_commonjs_handler(self):
        self.assertEqual(self.answer_of(self.started("classic.handler"), {"number": 21}), {"doubled": 42})

    def test_workers_are_independent(self):
        workers = [self.started() for _ in range(3)]
        together = threading.Barrier(3)

        def work(worker):
            together.wait()
            return self.answer_of(worker, {"waitMs": 200})["pid"]

        with ThreadPoolExecutor(3) as pool:
            self.assertEqual(len(set(pool.map(work, workers))), 3)


class Failing(WorkerTest):
    def test_what_a_handler_throws_is_the_answer_and_the_worker_stays(self):
        worker = self.started()
        answer = self.invoke(worker, {"throw": "no such page"})
        error = json.loads(answer.body)
        self.assertTrue(answer.is_error)
        self.assertFalse(answer.ended_worker)
        self.assertEqual((error["errorType"], error["errorMessage"]), ("RangeError", "no such page"))
        self.assertIn("sample.mjs", "".join(error["trace"]))
        self.assertEqual(self.answer_of(worker, {})["calls"], 2)

    def test_an_exit_in_the_handler(self):
        worker = self.started()
        answer = self.invoke(worker, {"exit": 7})
        self.assertEqual(
            json.loads(answer.body),
            {
                "errorType": "Runtime.ExitError",
                "errorMessage": "RequestId: r-1 Error: Runtime exited with error: exit status 7",
            },
        )
        self.assertTrue(answer.ended_worker)
        self.assertFalse(worker.is_usable)

    def test_a_crash_in_the_handler(self):
        answer = self.invoke(self.started(), {"crash": "SIGSEGV"})
        self.assertIn("signal 11", json.loads(answer.body)["errorMessage"])

    def test_a_crash_between_invocations_is_known(self):
        worker = self.started()
        psutil.Process(self.answer_of(worker, {})["pid"]).kill()
        wait_until(lambda: not worker.is_usable, "the end of the worker")

    def test_a_time_out_ends_a_waiting_handler(self):
        worker = self.started()
        pid = self.answer_of(worker, {})["pid"]
        answer = self.invoke(worker, {"waitMs": 600_000}, timeout_seconds=1)
        error = json.loads(answer.body)
        self.assertEqual(error["errorType"], "Sandbox.Timedout")
        self.assertEqual(error["errorMessage"], "RequestId: r-1 Error: Task timed out after 1.00 seconds")
        self.assertFalse(is_alive(pid))

    def test_a_time_out_ends_a_handler_that_never_yields(self):
        worker = self.started()
        pid = self.answer_of(worker, {})["pid"]
        self.assertIn("timed out", self.invoke(worker, {"spin": True}, timeout_seconds=1).body)
        self.assertFalse(is_alive(pid))

    def test_a_time_out_takes_the_programs_of_the_handler_along(self):
        worker = self.started()
        program = self.answer_of(worker, {"spawn": True})
        self.assertTrue(is_alive(program))
        self.invoke(worker, {"spin": True}, timeout_seconds=1)
        wait_until(lambda: not is_alive(program), "the end of the handler's program")


class FailingToLoad(WorkerTest):
    def failure(self, handler: str, timeout_seconds: float = LONG_SECONDS):
        worker = self.worker(handler)
        with self.assertRaises(InitFailed) as caught:
            worker.start(timeout_seconds)
        self.assertFalse(worker.is_usable)
        return json.loads(caught.exception.body), worker.take_output()

    def test_a_handler_that_throws(self):
        error, output = self.failure("throws-at-init.handler")
        self.assertEqual((error["errorType"], error["errorMessage"]), ("TypeError", "no settings"))
        self.assertIn("no settings", output)

    def test_a_handler_that_exits(self):
        error, output = self.failure("exits-at-init.handler")
        self.assertEqual(error["errorType"], "Runtime.ExitError")
        self.assertIn("exit status 3", error["errorMessage"])
        self.assertIn("giving up", output)

    def test_a_handler_that_takes_too_long(self):
        error, _ = self.failure("hangs-at-init.handler", timeout_seconds=1)
        self.assertEqual(error["errorType"], "Sandbox.Timedout")

    def test_no_such_file(self):
        self.assertEqual(self.failure("absent.handler")[0]["errorType"], "Runtime.ImportModuleError")

    def test_no_such_export(self):
        self.assertEqual(self.failure("sample.absent")[0]["errorType"], "Runtime.HandlerNotFound")


class Logging(WorkerTest):
    def test_lines_carry_time_request_and_level(self):
        worker = self.started()
        self.answer_of(worker, {"print": "one\ntwo"})
        self.assertRegex(worker.take_output(), r"^\d{4}-\d\d-\d\dT[\d:.]+Z\tr-1\tINFO\tone\rtwo\n$")

    def test_output_belongs_to_the_invocation_that_made_it(self):
        worker = self.started()
        self.answer_of(worker, {"print": "first"})
        self.assertIn("first", worker.take_output())
        self.answer_of(worker, {})
        self.assertEqual(worker.take_output(), "")

    def test_more_output_than_a_pipe_holds(self):
        worker = self.started()
        self.answer_of(worker, {"raw": 1_000_000})
        self.assertEqual(len(worker.take_output()), 1_000_000)

    def test_the_last_words_before_a_crash(self):
        worker = self.started()
        self.invoke(worker, {"print": "before the end", "exit": 1})
        self.assertIn("before the end", worker.take_output())

    def test_the_last_words_before_a_time_out(self):
        worker = self.started()
        self.invoke(worker, {"print": "still here", "spin": True}, timeout_seconds=1)
        self.assertIn("still here", worker.take_output())


class Stopping(WorkerTest):
    def test_an_idle_worker(self):
        worker = self.started()
        pid = self.answer_of(worker, {})["pid"]
        worker.stop()
        worker.stop()
        self.assertFalse(is_alive(pid))

    def test_a_worker_that_was_never_started(self):
        worker = self.worker()
        worker.stop()
        with self.assertRaises(WorkerStopped):
            worker.start(LONG_SECONDS)

    def test_a_worker_at_work(self):
        worker = self.started()
        with ThreadPoolExecutor(1) as pool:
            at_work = pool.submit(self.invoke, worker, {"waitMs": 600_000})
            time.sleep(0.3)
            worker.stop()
            self.assertIsInstance(at_work.exception(), WorkerStopped)

    def test_a_worker_that_loads(self):
        worker = self.worker("hangs-at-init.handler")
        with ThreadPoolExecutor(1) as pool:
            starting = pool.submit(worker.start, LONG_SECONDS)
            time.sleep(0.3)
            worker.stop()
            self.assertIsInstance(starting.exception(), WorkerStopped)

    def test_a_worker_ends_with_its_owner_even_when_that_is_killed(self):
        program = textwrap.dedent(
            f"""
            import json, os, pathlib, time
            from segmentry_localstack.worker import Worker, program_for
            worker = Worker(program_for("nodejs24.x"), "sample.handler", pathlib.Path({str(HANDLERS)!r}), {{"PATH": os.environ["PATH"]}})
            worker.start(60)
            call = {{"requestId": "r", "event": "{{}}", "functionArn": "arn", "traceId": ""}}
            print(json.loads(worker.invoke(call, 60).body)["pid"], flush=True)
            time.sleep(600)
            """
        )
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as owner:
            pid = int(owner.stdout.readline())
            owner.kill()
        wait_until(lambda: not is_alive(pid), "the end of the worker")


class RunningPython(WorkerTest):
    runtime = "python3.13"

    def test_a_handler(self):
        worker = self.started("sample.handler", SECRET="kept")
        self.assertEqual(
            self.answer_of(worker, {"echo": "ä"}), {"echo": "ä", "requestId": "r-1", "secret": "kept"}
        )

    def test_what_a_handler_raises(self):
        worker = self.started()
        answer = self.invoke(worker, {"raise": "no such page"})
        error = json.loads(answer.body)
        self.assertEqual((error["errorType"], error["errorMessage"]), ("LookupError", "no such page"))
        self.assertIn("no such page", worker.take_output())
        self.assertTrue(worker.is_usable)

    def test_the_output_of_an_invocation(self):
        worker = self.started()
        self.answer_of(worker, {"print": "hello"})
        self.assertEqual(worker.take_output(), "hello\n")

    def test_a_handler_that_can_not_be_loaded(self):
        with self.assertRaises(InitFailed) as caught:
            self.worker("absent.handler").start(LONG_SECONDS)
        self.assertEqual(json.loads(caught.exception.body)["errorType"], "ModuleNotFoundError")

    def test_an_exit_in_the_handler(self):
        self.assertIn("exit status 7", self.invoke(self.started(), {"exit": 7}).body)


if __name__ == "__main__":
    unittest.main()
