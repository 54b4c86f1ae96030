import os


def handler(event, context):
    """Does what the event asks for."""
    if "print" in event:
        print(event["print"])
    if "raise" in event:
        raise LookupError(event["raise"])
    if "exit" in event:
        os._exit(event["exit"])
    return {
        "echo": event.get("echo"),
        "requestId": context.aws_request_id,
        "secret": os.environ.get("SECRET"),
    }
