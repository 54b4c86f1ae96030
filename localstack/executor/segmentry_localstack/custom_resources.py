"""CloudFormation's custom resources, which the open LocalStack calls created without having asked their function."""

import json
import queue
import uuid
from typing import Any

from localstack import config
from localstack.http import Request, Response
from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)
from localstack.services.edge import ROUTER

TYPE = "AWS::CloudFormation::CustomResource"
# Where the function's answer and what came of it lie among the resource's attributes.
ID = "PhysicalResourceId"


class CustomResourceProvider(ResourceProvider[dict]):
    """Asks the function behind the service token, and waits for what it sends to the response URL.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
    """

    TYPE = TYPE
    SCHEMA = {
        "typeName": TYPE,
        "primaryIdentifier": [f"/properties/{ID}"],
        "properties": {ID: {"type": "string"}},
    }

    def create(self, request: ResourceRequest[dict]) -> ProgressEvent[dict]:
        return _ask(request, "Create", {})

    def update(self, request: ResourceRequest[dict]) -> ProgressEvent[dict]:
        previous = request.previous_state
        old = {"OldResourceProperties": _as_text(previous)}
        return _ask(request, "Update", {ID: previous.get(ID, request.logical_resource_id), **old})

    def delete(self, request: ResourceRequest[dict]) -> ProgressEvent[dict]:
        return _ask(request, "Delete", {ID: request.desired_state.get(ID, request.logical_resource_id)})


def _ask(request: ResourceRequest[dict], kind: str, more: dict[str, Any]) -> ProgressEvent[dict]:
    properties = {name: value for name, value in request.desired_state.items() if name != ID}
    token = properties["ServiceToken"]
    if ":lambda:" not in token:
        return _failed(request, f"only functions answer for custom resources here, not {token}")
    answers: queue.SimpleQueue[dict] = queue.SimpleQueue()
    path = f"/_segmentry/custom-resources/{uuid.uuid4()}"
    rule = ROUTER.add(path, _receive_into(answers), methods=["PUT"])
    event = {
        "RequestType": kind,
        "RequestId": request.request_token,
        "ResponseURL": config.external_service_url() + path,
        "StackId": request.stack_id,
        "LogicalResourceId": request.logical_resource_id,
        "ResourceType": request.resource_type,
        "ResourceProperties": _as_text(properties),
        **more,
    }
    try:
        # At once and not as an event, so that a function that crashes fails the deployment now and not in an hour.
        invoked = request.aws_client_factory.lambda_.invoke(FunctionName=token, Payload=json.dumps(event))
        if "FunctionError" in invoked:
            return _failed(request, invoked["Payload"].read().decode(errors="replace"))
        answer = answers.get(timeout=config.CFN_PER_RESOURCE_TIMEOUT)
    except queue.Empty:
        return _failed(
            request, f"its function did not answer within {config.CFN_PER_RESOURCE_TIMEOUT} seconds"
        )
    finally:
        ROUTER.remove(rule)
    if answer.get("Status") != "SUCCESS":
        return _failed(request, answer.get("Reason", "its function gave no reason"))
    attributes = {
        **properties,
        **(answer.get("Data") or {}),
        ID: answer.get(ID) or request.logical_resource_id,
    }
    return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=attributes)


def _receive_into(answers: queue.SimpleQueue):
    def receive(request: Request, **_parts: str) -> Response:
        answers.put(json.loads(request.get_data()))
        return Response(status=200)

    return receive


def _failed(request: ResourceRequest[dict], reason: str) -> ProgressEvent[dict]:
    return ProgressEvent(
        status=OperationStatus.FAILED,
        resource_model=request.desired_state,
        message=f"Custom resource {request.logical_resource_id}: {reason}",
    )


def _as_text(value: Any) -> Any:
    """Functions get every number and boolean as text, as they do from CloudFormation."""
    match value:
        case dict():
            return {name: _as_text(part) for name, part in value.items()}
        case list():
            return [_as_text(part) for part in value]
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case _:
            return value
