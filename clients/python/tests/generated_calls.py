"""Three calls by the client that openapi-python-client makes; it lies beside this as `generated`."""

# mypy: ignore-errors

import os
import uuid

from generated import AuthenticatedClient
from generated.api.datasets import create_dataset
from generated.api.models import list_models
from generated.api.service import health
from generated.models import CreateDataset

client = AuthenticatedClient(base_url=os.environ["SEGMENTRY_URL"], token=os.environ["SEGMENTRY_API_KEY"])
assert health.sync(client=client).status == "ok"
assert list_models.sync(client=client).items
name = str(uuid.uuid4())
# Tags may be left away.
assert create_dataset.sync(client=client, body=CreateDataset(name=name)).name == name
print("three calls answered")
