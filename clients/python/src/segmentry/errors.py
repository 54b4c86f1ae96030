"""Failures, by what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from .types import Job


#: These speak of who asks, of when and how often, or of what still goes on.
_OPEN_STATUSES = {401, 402, 403, 408, 409, 425, 429}


class SegmentryError(Exception):
    """`code` says what happened, for programs; the message says it to people, and what to do."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int | None = None,
        problem: Mapping[str, Any] | None = None,
        retry_after_seconds: float | None = None,
        jobs: Sequence[Job] = (),
    ) -> None:
        super().__init__(message)
        known = problem or {}
        self.code = code
        self.status = status
        #: Name it to the operator where a failure lasts.
        self.request_id: str | None = known.get("requestId")
        #: Which fields are wrong, and how: `path` and `message` of each.
        self.fields: list[dict[str, str]] = list(known.get("errors") or [])
        #: Of `insufficient_credits`: what it would cost, and what there is.
        self.cost: float | None = known.get("cost")
        self.balance: float | None = known.get("balance")
        self.retry_after_seconds = retry_after_seconds
        #: Of an analysis of which a job has failed: all of its jobs, as they have ended.
        self.jobs: Sequence[Job] = jobs

    @property
    def is_final(self) -> bool:
        """Whether the same under the same key would end the same: it was refused, or a job has ended without a result."""
        return self.status is None or (400 <= self.status < 500 and self.status not in _OPEN_STATUSES)


class NetworkError(SegmentryError):
    """The service or the address of an input can't be reached, or did not answer as it should."""

    is_final = False


class InvalidRequestError(SegmentryError):
    """The request itself is wrong: 400, 413, 415, 422."""


class AuthenticationError(SegmentryError):
    """No token or key, or one that is not valid: 401."""


class InsufficientCreditsError(SegmentryError):
    """There are not enough credits: 402."""


class ForbiddenError(SegmentryError):
    """The key lacks the scope, or the user is no admin: 403."""


class NotFoundError(SegmentryError):
    """There is no such thing, or it is somebody else's: 404."""


class ConflictError(SegmentryError):
    """What there is does not allow it now: 409."""


class TooManyRequestsError(SegmentryError):
    """More than the quota allows, and more than was worth waiting for: 429."""


class ServiceError(SegmentryError):
    """The deployment failed: 5xx."""


class AnalysisFailedError(SegmentryError):
    """A job ended without a result; `code` is the job's."""


class UploadRefusedError(SegmentryError):
    """Nothing of an upload was taken; `code` says why."""


class WaitTimeoutError(SegmentryError):
    """What was waited for took longer; it goes on all the same."""

    is_final = False


class InvalidSignatureError(SegmentryError):
    """A call of a webhook is not from the service."""


_BY_STATUS: dict[int, type[SegmentryError]] = {
    401: AuthenticationError,
    402: InsufficientCreditsError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    429: TooManyRequestsError,
}


def refusal_of(response: httpx.Response) -> SegmentryError:
    """What a refusal says. Anything on the way may have answered, so nothing is taken for granted."""
    problem = _problem_of(response)
    status = response.status_code
    kind = _BY_STATUS.get(status, ServiceError if status >= 500 else InvalidRequestError)
    return kind(
        str(problem.get("code", "http_error")),
        str(problem.get("detail", f"The service answered {status} {response.reason_phrase}.")),
        status=status,
        problem=problem,
        retry_after_seconds=_seconds(response.headers.get("retry-after")),
    )


def _problem_of(response: httpx.Response) -> Mapping[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _seconds(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
