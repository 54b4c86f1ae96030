"""The server of one worker, as Roboflow's image for processors puts it together; serve.py says what it is to do."""

import os

import onnxruntime

THREADS = int(os.environ["OMP_NUM_THREADS"])


class SessionWithThreads(onnxruntime.InferenceSession):
    """The server has no setting for it: a session takes all cores, also where each worker has one."""

    def __init__(self, path_or_bytes, sess_options=None, **arguments):
        sess_options = sess_options or onnxruntime.SessionOptions()
        sess_options.intra_op_num_threads = THREADS
        super().__init__(path_or_bytes, sess_options, **arguments)


onnxruntime.InferenceSession = SessionWithThreads

from inference.core.interfaces.http.http_api import HttpInterface
from inference.core.managers.base import ModelManager
from inference.core.registries.roboflow import RoboflowModelRegistry
from inference.models.utils import ROBOFLOW_MODEL_TYPES

app = HttpInterface(ModelManager(model_registry=RoboflowModelRegistry(ROBOFLOW_MODEL_TYPES))).app
