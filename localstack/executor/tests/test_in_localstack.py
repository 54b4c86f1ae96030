"""The plugins inside LocalStack, which this starts by itself with the environment that it was given."""

import base64
import http.client
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import unittest
import urllib.request
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import psutil
from botocore.config import Config
from test_worker import HANDLERS, is_alive, wait_until

ROLE = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}


class Localstack:
    def __init__(self):
        self.endpoint = f"http://{os.environ['GATEWAY_LISTEN']}"
        with open(Path(os.environ["TMPDIR"], "localstack.log"), "ab") as log:
            command = [sys.executable, "-m", "localstack.runtime.main"]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        wait_until(self.answers, "LocalStack's health")
        self.functions, self.logs = self.client("lambda"), self.client("logs")
        self.role = self.client("iam").create_role(RoleName="any", AssumeRolePolicyDocument=json.dumps(ROLE))

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.endpoint}/_localstack/health", timeout=2):
                return True
        except OSError:
            return False

    def client(self, service: str):
        config = Config(retries={"max_attempts": 0}, read_timeout=60)
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
        return boto3.client(service, endpoint_url=self.endpoint, config=config, **keys)

    def create(self, name: str, handler: str, **more) -> str:
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            for path in HANDLERS.iterdir():
                if path.is_file():
                    archive.write(path, path.name)
        defaults = {"Runtime": "nodejs24.x", "Timeout": 30, "Role": self.role["Role"]["Arn"]}
        self.functions.create_function(
            FunctionName=name, Handler=handler, Code={"ZipFile": code.getvalue()}, **{**defaults, **more}
        )
        self.functions.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
        return name

    def invoke(self, name: str, event) -> tuple[str | None, object, str]:
        """:returns: the kind of error or None, the answer, the log."""
        result = self.functions.invoke(FunctionName=name, Payload=json.dumps(event), LogType="Tail")
        log = base64.b64decode(result.get("LogResult", "")).decode()
        return result.get("FunctionError"), json.loads(result["Payload"].read()), log

    def logged(self, group: str) -> str:
        try:
            streams = self.logs.describe_log_streams(logGroupName=group)["logStreams"]
        except self.logs.exceptions.ResourceNotFoundException:
            return ""
        events = [
            event
            for stream in streams
            for event in self.logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])[
                "events"
            ]
        ]
        return "".join(event["message"] for event in events)

    def family(self) -> list[int]:
        return [member.pid for member in psutil.Process(self.process.pid).children(recursive=True)]

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class InLocalstack(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.localstack = Localstack()
        cls.addClassCleanup(cls.localstack.kill)

    def create(self, handler="sample.handler", **more) -> str:
        name = self.id().rsplit(".", 1)[1]
        return self.localstack.create(name, handler, **more)

    def invoke(self, name: str, event):
        return self.localstack.invoke(name, event)


class Functions(InLocalstack):
    def test_answer_with_their_environment_and_log(self):
        name = self.create(Environment={"Variables": {"SECRET": "kept"}})
        error, answer, log = self.invoke(name, {"print": "hello", "echo": 1})
        self.assertIsNone(error)
        self.assertEqual((answer["echo"], answer["secret"]), (1, "kept"))
        self.assertRegex(
            log, r"^START RequestId: (.+) Version: \$LATEST\n.+\thello\nEND RequestId: \1\nREPORT "
        )

    def test_log_into_their_log_group(self):
        name = self.create()
        self.invoke(name, {"print": "to the usual group"})
        wait_until(lambda: "usual group" in self.localstack.logged(f"/aws/lambda/{name}"), "the log")

    def test_log_into_the_log_group_that_they_name(self):
        name = self.create(LoggingConfig={"LogGroup": "/their/own"})
        self.invoke(name, {"print": "to their own"})
        wait_until(lambda: "to their own" in self.localstack.logged("/their/own"), "the log")
        self.assertEqual(self.localstack.logged(f"/aws/lambda/{name}"), "")

    def test_are_new_after_a_time_out(self):
        name = self.create(Timeout=1)
        before = self.invoke(name, {})[1]
        error, answer, log = self.invoke(name, {"spin": True, "print": "so far"})
        self.assertEqual((error, answer["errorType"]), ("Unhandled", "Sandbox.Timedout"))
        self.assertIn("Task timed out after 1.00 seconds", answer["errorMessage"])
        self.assertIn("so far", log)
        self.assertIn("Task timed out after 1.00 seconds", log)
        after = self.invoke(name, {})[1]
        self.assertEqual((before["calls"], after["calls"]), (1, 1))
        self.assertFalse(is_alive(before["pid"]))

    def test_are_new_after_a_crash(self):
        name = self.create()
        error, answer, _ = self.invoke(name, {"exit": 7})
        self.assertEqual((error, answer["errorType"]), ("Unhandled", "Runtime.ExitError"))
        self.assertEqual(self.invoke(name, {})[1]["calls"], 1)

    def test_stay_after_an_error(self):
        name = self.create()
        error, answer, _ = self.invoke(name, {"throw": "no such page"})
        self.assertEqual((error, answer["errorMessage"]), ("Unhandled", "no such page"))
        self.assertEqual(self.invoke(name, {})[1]["calls"], 2)

    def test_that_can_not_be_loaded_say_why_and_log_it(self):
        name = self.create("throws-at-init.handler")
        for _ in range(2):
            error, answer, _ = self.invoke(name, {})
            self.assertEqual((error, answer["errorMessage"]), ("Unhandled", "no settings"))
        self.assertIn("no settings", self.localstack.logged(f"/aws/lambda/{name}"))

    def test_run_at_the_same_time_in_workers_of_their_own(self):
        name = self.create()
        with ThreadPoolExecutor(3) as pool:
            answers = [
                answer for _, answer, _ in pool.map(lambda _: self.invoke(name, {"waitMs": 1500}), range(3))
            ]
        self.assertEqual(len({answer["pid"] for answer in answers}), 3)

    def test_can_not_answer_more_than_six_megabytes(self):
        error, answer, _ = self.invoke(self.create(), {"sized": 7_000_000})
        self.assertEqual((error, answer["errorType"]), ("Unhandled", "Function.ResponseSizeTooLarge"))

    def test_leave_no_worker_behind_when_they_are_deleted(self):
        name = self.create()
        pid = self.invoke(name, {})[1]["pid"]
        self.localstack.functions.delete_function(FunctionName=name)
        wait_until(lambda: not is_alive(pid), "the end of the worker")

    def test_in_other_languages_are_refused_with_the_reason(self):
        with self.assertRaises(Exception):
            self.create(Runtime="ruby3.4")
        state = self.localstack.functions.get_function(FunctionName=self.id().rsplit(".", 1)[1])[
            "Configuration"
        ]
        self.assertIn("only zip packages for Node.js and Python", state["StateReason"])


class Queues(InLocalstack):
    def workers_of(self, **scaling) -> set[str]:
        """:returns: the pids of the workers that six messages of half a second each went to."""
        name = self.create("records.handler")
        queues = self.localstack.client("sqs")
        url = queues.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
        for number in range(6):
            queues.send_message(QueueUrl=url, MessageBody=json.dumps({"number": number}))
        arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        self.localstack.functions.create_event_source_mapping(
            FunctionName=name, EventSourceArn=arn, BatchSize=1, **scaling
        )

        def log() -> list[tuple[str, str]]:
            return re.findall(r"message (\d) by (\d+)", self.localstack.logged(f"/aws/lambda/{name}"))

        wait_until(lambda: len({number for number, _ in log()}) == 6, "six messages' logs")
        self.assertEqual(len(log()), 6)
        return {pid for _, pid in log()}

    def test_feed_as_many_workers_as_their_mapping_allows(self):
        self.assertEqual(len(self.workers_of(ScalingConfig={"MaximumConcurrency": 3})), 3)

    def test_feed_two_where_it_does_not_say(self):
        self.assertEqual(len(self.workers_of()), 2)


class CustomResources(InLocalstack):
    CODE = """
import json, urllib.request
def handler(event, context):
    properties = event["ResourceProperties"]
    if properties.get("Crash") == "true":
        raise ValueError("crashed")
    answer = {"Status": properties.get("Status", "SUCCESS"), "Reason": "as told", "PhysicalResourceId": "its-id",
              "Data": {"Seen": json.dumps([event["RequestType"], event.get("PhysicalResourceId"), properties["Number"]])}}
    request = urllib.request.Request(event["ResponseURL"], json.dumps(answer).encode(), method="PUT")
    urllib.request.urlopen(request).read()
    print("answered", event["RequestType"])
"""

    def setUp(self):
        self.stacks = self.localstack.client("cloudformation")
        self.name = self.id().rsplit(".", 1)[1].replace("_", "-")

    def template(self, **properties) -> str:
        code = {
            "Handler": "index.handler",
            "Runtime": "python3.13",
            "Code": {"ZipFile": self.CODE},
            "Timeout": 20,
        }
        role = {"Role": self.localstack.role["Role"]["Arn"], "FunctionName": self.name}
        service_token = {"Fn::GetAtt": ["Function", "Arn"]}
        resources = {
            "Function": {"Type": "AWS::Lambda::Function", "Properties": {**code, **role}},
            "Thing": {"Type": "Custom::Thing", "Properties": {"ServiceToken": service_token, **properties}},
        }
        outputs = {"Id": {"Value": {"Ref": "Thing"}}, "Seen": {"Value": {"Fn::GetAtt": ["Thing", "Seen"]}}}
        return json.dumps({"Resources": resources, "Outputs": outputs})

    def wait(self, waiter: str) -> None:
        self.stacks.get_waiter(waiter).wait(StackName=self.name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})

    def outputs(self) -> dict[str, str]:
        (stack,) = self.stacks.describe_stacks(StackName=self.name)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def test_are_created_updated_and_deleted_by_their_function(self):
        self.stacks.create_stack(StackName=self.name, TemplateBody=self.template(Number=1))
        self.wait("stack_create_complete")
        self.assertEqual(self.outputs(), {"Id": "its-id", "Seen": '["Create", null, "1"]'})
        self.stacks.update_stack(StackName=self.name, TemplateBody=self.template(Number=2))
        self.wait("stack_update_complete")
        self.assertEqual(self.outputs()["Seen"], '["Update", "its-id", "2"]')
        self.stacks.delete_stack(StackName=self.name)
        self.wait("stack_delete_complete")
        wait_until(
            lambda: "answered Delete" in self.localstack.logged(f"/aws/lambda/{self.name}"),
            "the deletion's log",
        )

    def refused(self, **properties) -> str:
        self.stacks.create_stack(StackName=self.name, TemplateBody=self.template(Number=1, **properties))
        with self.assertRaises(Exception):
            self.wait("stack_create_complete")
        events = self.stacks.describe_stack_events(StackName=self.name)["StackEvents"]
        return " ".join(event.get("ResourceStatusReason", "") for event in events)

    def test_fail_the_stack_when_their_function_says_so(self):
        self.assertIn("as told", self.refused(Status="FAILED"))

    def test_fail_the_stack_at_once_when_their_function_crashes(self):
        self.assertIn("crashed", self.refused(Crash=True))


class Ending(unittest.TestCase):
    def end_with_everything_at_work(self, end) -> None:
        localstack = Localstack()
        self.addCleanup(localstack.kill)
        name = localstack.create("busy", "sample.handler")
        localstack.client("dynamodb").create_table(
            TableName="records",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        idle = localstack.invoke(name, {})[1]["pid"]
        with ThreadPoolExecutor(1) as pool:
            pool.submit(localstack.invoke, name, {"spin": True})
            wait_until(lambda: psutil.Process(idle).cpu_times().user > 1, "a busy worker")
            family = localstack.family()
            self.assertGreaterEqual(len(family), 2)
            end(localstack.process)
            wait_until(lambda: localstack.process.poll() is not None, "LocalStack's end")
        for pid in family:
            wait_until(lambda pid=pid: not is_alive(pid), "the end of a process of LocalStack's")

    def test_asked_to(self):
        self.end_with_everything_at_work(lambda process: process.terminate())

    def test_killed_with_its_group(self):
        self.end_with_everything_at_work(lambda process: os.killpg(process.pid, signal.SIGKILL))


class Listening(InLocalstack):
    def test_on_loopback_alone(self):
        self.localstack.client("dynamodb").list_tables()
        processes = [psutil.Process(pid) for pid in [self.localstack.process.pid, *self.localstack.family()]]
        listening = [
            connection.laddr.ip.removeprefix("::ffff:")
            for process in processes
            for connection in process.net_connections()
            if connection.status == psutil.CONN_LISTEN
        ]
        self.assertGreaterEqual(len(listening), 2)
        self.assertEqual(set(listening), {"127.0.0.1"})

    def test_on_connections_that_wait_longer_than_hypercorn_would(self):
        connection = http.client.HTTPConnection(os.environ["GATEWAY_LISTEN"], timeout=10)
        self.addCleanup(connection.close)
        for pause_seconds in (0, 7):
            time.sleep(pause_seconds)
            connection.request("GET", "/_localstack/health", headers={"Connection": "keep-alive"})
            with connection.getresponse() as response:
                self.assertEqual((response.status, response.read()[:1]), (200, b"{"))


if __name__ == "__main__":
    unittest.main()
