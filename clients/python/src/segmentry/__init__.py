"""Client of Segmentry: finds every object in your images and videos."""

from ._analyze import AnalyzeOptions, Input
from .client import AsyncSegmentry, Segmentry
from .errors import (
    AnalysisFailedError,
    AuthenticationError,
    ConflictError,
    ForbiddenError,
    InsufficientCreditsError,
    InvalidRequestError,
    InvalidSignatureError,
    NetworkError,
    NotFoundError,
    SegmentryError,
    ServiceError,
    TooManyRequestsError,
    UploadRefusedError,
    WaitTimeoutError,
)
from .masks import run_lengths, to_mask
from .results import Analysis, Arrays, Outcome, to_numpy, to_pandas, to_supervision
from .webhooks import verify_webhook

__all__ = [
    "Analysis",
    "AnalysisFailedError",
    "AnalyzeOptions",
    "Arrays",
    "AsyncSegmentry",
    "AuthenticationError",
    "ConflictError",
    "ForbiddenError",
    "Input",
    "InsufficientCreditsError",
    "InvalidRequestError",
    "InvalidSignatureError",
    "NetworkError",
    "NotFoundError",
    "Outcome",
    "Segmentry",
    "SegmentryError",
    "ServiceError",
    "TooManyRequestsError",
    "UploadRefusedError",
    "WaitTimeoutError",
    "run_lengths",
    "to_mask",
    "to_numpy",
    "to_pandas",
    "to_supervision",
    "verify_webhook",
]
