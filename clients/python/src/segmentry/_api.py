# Written by `npm run client:python` from the contracts of the API. Do not edit.
"""Every operation of the API, by its name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, Literal

import httpx

from ._calls import AsyncCaller, Caller, Operation
from .types import (
    AddModelDefaults,
    AddModelInputSize,
    AddModelOutputs,
    AddModelPreprocessing,
    AnalysisOptions,
    ApiKey,
    Batch,
    CreateApiKeyAnswer,
    CreditEntry,
    Credits,
    Dataset,
    DatasetItem,
    HealthAnswer,
    Image,
    Job,
    JwksAnswer,
    ListApiKeysAnswer,
    ListBatchJobsAnswer,
    ListBatchesAnswer,
    ListCreditEntriesAnswer,
    ListDatasetItemsAnswer,
    ListDatasetsAnswer,
    ListDeliveriesAnswer,
    ListImagesAnswer,
    ListJobsAnswer,
    ListModelsAnswer,
    ListRefusedEntriesAnswer,
    ListRefusedEntriesItem,
    ListUsersAnswer,
    ListVideosAnswer,
    ListWebhooksAnswer,
    ListedImage,
    ListedVideo,
    Model,
    ModelVersion,
    OneTimeLink,
    PresignedUpload,
    PresignedWeights,
    Result,
    Tokens,
    Upload,
    UploadImageAnswer,
    User,
    Video,
    VideoResult,
    Webhook,
    WebhookDelivery,
    WebhookWithSecret,
)

OPERATIONS: dict[str, Operation] = {
    "list_images": Operation(
        "listImages", "GET", "/v1/images", file=False, repeatable=True
    ),
    "upload_image": Operation(
        "uploadImage", "POST", "/v1/images", file=False, repeatable=True
    ),
    "get_image": Operation(
        "getImage", "GET", "/v1/images/{id}", file=False, repeatable=True
    ),
    "change_image": Operation(
        "changeImage", "PATCH", "/v1/images/{id}", file=False, repeatable=True
    ),
    "delete_image": Operation(
        "deleteImage", "DELETE", "/v1/images/{id}", file=False, repeatable=True
    ),
    "get_image_file": Operation(
        "getImageFile", "GET", "/v1/images/{id}/file", file=True, repeatable=True
    ),
    "get_image_thumbnail": Operation(
        "getImageThumbnail", "GET", "/v1/images/{id}/thumbnail.webp", file=True, repeatable=True
    ),
    "list_videos": Operation(
        "listVideos", "GET", "/v1/videos", file=False, repeatable=True
    ),
    "get_video": Operation(
        "getVideo", "GET", "/v1/videos/{id}", file=False, repeatable=True
    ),
    "change_video": Operation(
        "changeVideo", "PATCH", "/v1/videos/{id}", file=False, repeatable=True
    ),
    "delete_video": Operation(
        "deleteVideo", "DELETE", "/v1/videos/{id}", file=False, repeatable=True
    ),
    "get_video_file": Operation(
        "getVideoFile", "GET", "/v1/videos/{id}/file", file=True, repeatable=True
    ),
    "create_upload": Operation(
        "createUpload", "POST", "/v1/uploads", file=False, repeatable=True
    ),
    "get_upload": Operation(
        "getUpload", "GET", "/v1/uploads/{id}", file=False, repeatable=True
    ),
    "list_refused_entries": Operation(
        "listRefusedEntries", "GET", "/v1/uploads/{id}/refused", file=False, repeatable=True
    ),
    "list_jobs": Operation(
        "listJobs", "GET", "/v1/jobs", file=False, repeatable=True
    ),
    "get_job": Operation(
        "getJob", "GET", "/v1/jobs/{id}", file=False, repeatable=True
    ),
    "cancel_job": Operation(
        "cancelJob", "POST", "/v1/jobs/{id}/cancel", file=False, repeatable=True
    ),
    "get_job_frames": Operation(
        "getJobFrames", "GET", "/v1/jobs/{id}/frames", file=True, repeatable=True
    ),
    "get_job_overlay": Operation(
        "getJobOverlay", "GET", "/v1/jobs/{id}/overlay.png", file=True, repeatable=True
    ),
    "get_job_result": Operation(
        "getJobResult", "GET", "/v1/jobs/{id}/result", file=False, repeatable=True
    ),
    "list_batches": Operation(
        "listBatches", "GET", "/v1/batches", file=False, repeatable=True
    ),
    "create_batch": Operation(
        "createBatch", "POST", "/v1/batches", file=False, repeatable=True
    ),
    "get_batch": Operation(
        "getBatch", "GET", "/v1/batches/{id}", file=False, repeatable=True
    ),
    "cancel_batch": Operation(
        "cancelBatch", "POST", "/v1/batches/{id}/cancel", file=False, repeatable=True
    ),
    "list_batch_jobs": Operation(
        "listBatchJobs", "GET", "/v1/batches/{id}/jobs", file=False, repeatable=True
    ),
    "get_batch_results": Operation(
        "getBatchResults", "GET", "/v1/batches/{id}/results", file=True, repeatable=True
    ),
    "retry_batch": Operation(
        "retryBatch", "POST", "/v1/batches/{id}/retry", file=False, repeatable=True
    ),
    "list_datasets": Operation(
        "listDatasets", "GET", "/v1/datasets", file=False, repeatable=True
    ),
    "create_dataset": Operation(
        "createDataset", "POST", "/v1/datasets", file=False, repeatable=True
    ),
    "get_dataset": Operation(
        "getDataset", "GET", "/v1/datasets/{id}", file=False, repeatable=True
    ),
    "change_dataset": Operation(
        "changeDataset", "PATCH", "/v1/datasets/{id}", file=False, repeatable=True
    ),
    "delete_dataset": Operation(
        "deleteDataset", "DELETE", "/v1/datasets/{id}", file=False, repeatable=True
    ),
    "add_dataset_image": Operation(
        "addDatasetImage", "PUT", "/v1/datasets/{id}/images/{imageId}", file=False, repeatable=True
    ),
    "remove_dataset_image": Operation(
        "removeDatasetImage", "DELETE", "/v1/datasets/{id}/images/{imageId}", file=False, repeatable=True
    ),
    "list_dataset_items": Operation(
        "listDatasetItems", "GET", "/v1/datasets/{id}/items", file=False, repeatable=True
    ),
    "add_dataset_video": Operation(
        "addDatasetVideo", "PUT", "/v1/datasets/{id}/videos/{videoId}", file=False, repeatable=True
    ),
    "remove_dataset_video": Operation(
        "removeDatasetVideo", "DELETE", "/v1/datasets/{id}/videos/{videoId}", file=False, repeatable=True
    ),
    "list_models": Operation(
        "listModels", "GET", "/v1/models", file=False, repeatable=True
    ),
    "add_model": Operation(
        "addModel", "POST", "/v1/models", file=False, repeatable=True
    ),
    "get_model": Operation(
        "getModel", "GET", "/v1/models/{id}", file=False, repeatable=True
    ),
    "get_model_version": Operation(
        "getModelVersion", "GET", "/v1/models/{id}/versions/{version}", file=False, repeatable=True
    ),
    "change_model_status": Operation(
        "changeModelStatus", "PUT", "/v1/models/{id}/versions/{version}/status", file=False, repeatable=True
    ),
    "list_webhooks": Operation(
        "listWebhooks", "GET", "/v1/webhooks", file=False, repeatable=True
    ),
    "create_webhook": Operation(
        "createWebhook", "POST", "/v1/webhooks", file=False, repeatable=False
    ),
    "get_webhook": Operation(
        "getWebhook", "GET", "/v1/webhooks/{id}", file=False, repeatable=True
    ),
    "change_webhook": Operation(
        "changeWebhook", "PATCH", "/v1/webhooks/{id}", file=False, repeatable=True
    ),
    "delete_webhook": Operation(
        "deleteWebhook", "DELETE", "/v1/webhooks/{id}", file=False, repeatable=True
    ),
    "list_deliveries": Operation(
        "listDeliveries", "GET", "/v1/webhooks/{id}/deliveries", file=False, repeatable=True
    ),
    "get_delivery": Operation(
        "getDelivery", "GET", "/v1/webhooks/{id}/deliveries/{deliveryId}", file=False, repeatable=True
    ),
    "replay_delivery": Operation(
        "replayDelivery", "POST", "/v1/webhooks/{id}/deliveries/{deliveryId}/replay", file=False, repeatable=True
    ),
    "rotate_webhook_secret": Operation(
        "rotateWebhookSecret", "POST", "/v1/webhooks/{id}/rotate-secret", file=False, repeatable=False
    ),
    "test_webhook": Operation(
        "testWebhook", "POST", "/v1/webhooks/{id}/test", file=False, repeatable=True
    ),
    "get_credits": Operation(
        "getCredits", "GET", "/v1/credits", file=False, repeatable=True
    ),
    "list_credit_entries": Operation(
        "listCreditEntries", "GET", "/v1/credits/entries", file=False, repeatable=True
    ),
    "grant_credits": Operation(
        "grantCredits", "POST", "/v1/users/{id}/credits", file=False, repeatable=True
    ),
    "list_api_keys": Operation(
        "listApiKeys", "GET", "/v1/api-keys", file=False, repeatable=True
    ),
    "create_api_key": Operation(
        "createApiKey", "POST", "/v1/api-keys", file=False, repeatable=False
    ),
    "delete_api_key": Operation(
        "deleteApiKey", "DELETE", "/v1/api-keys/{id}", file=False, repeatable=True
    ),
    "create_invite": Operation(
        "createInvite", "POST", "/v1/invites", file=False, repeatable=False
    ),
    "reset_password": Operation(
        "resetPassword", "POST", "/v1/password-resets/{token}", file=False, repeatable=True
    ),
    "sign_in": Operation(
        "signIn", "POST", "/v1/sessions", file=False, repeatable=False
    ),
    "sign_out": Operation(
        "signOut", "DELETE", "/v1/sessions/current", file=False, repeatable=True
    ),
    "refresh_session": Operation(
        "refreshSession", "POST", "/v1/sessions/refresh", file=False, repeatable=False
    ),
    "list_users": Operation(
        "listUsers", "GET", "/v1/users", file=False, repeatable=True
    ),
    "register_user": Operation(
        "registerUser", "POST", "/v1/users", file=False, repeatable=True
    ),
    "get_me": Operation(
        "getMe", "GET", "/v1/users/me", file=False, repeatable=True
    ),
    "change_me": Operation(
        "changeMe", "PATCH", "/v1/users/me", file=False, repeatable=True
    ),
    "delete_me": Operation(
        "deleteMe", "DELETE", "/v1/users/me", file=False, repeatable=True
    ),
    "change_user": Operation(
        "changeUser", "PATCH", "/v1/users/{id}", file=False, repeatable=True
    ),
    "create_password_reset": Operation(
        "createPasswordReset", "POST", "/v1/users/{id}/password-reset", file=False, repeatable=False
    ),
    "jwks": Operation(
        "jwks", "GET", "/.well-known/jwks.json", file=False, repeatable=True
    ),
    "docs": Operation(
        "docs", "GET", "/docs", file=True, repeatable=True
    ),
    "health": Operation(
        "health", "GET", "/v1/health", file=False, repeatable=True
    ),
    "open_api": Operation(
        "openApi", "GET", "/v1/openapi.json", file=False, repeatable=True
    ),
}


class Api(Caller):
    """One method an operation; each waits for its answer."""

    def list_images(self, *, limit: int | None = None, cursor: str | None = None, dataset: str | None = None, tag: str | None = None, content_type: str | None = None) -> ListImagesAnswer:
        """Your images, newest first."""
        answer: ListImagesAnswer = self._call(OPERATIONS["list_images"], {"limit": limit, "cursor": cursor, "dataset": dataset, "tag": tag, "contentType": content_type})
        return answer

    def iter_images(self, *, limit: int | None = None, dataset: str | None = None, tag: str | None = None, content_type: str | None = None) -> Iterator[ListedImage]:
        """Your images, newest first: every one, page by page."""
        return self._pages(OPERATIONS["list_images"], {"limit": limit, "dataset": dataset, "tag": tag, "contentType": content_type})

    def upload_image(self, *, file: bytes, filename: str, content_type: str, models: list[str] | None = None, keep: Literal["compressed", "original"] | None = None, dataset: str | None = None, retention_days: int | None = None, wait: int | None = None, options: AnalysisOptions | None = None, idempotency_key: str | None = None) -> UploadImageAnswer:
        """Upload one image, and analyse it."""
        answer: UploadImageAnswer = self._call(OPERATIONS["upload_image"], {"file": file, "filename": filename, "contentType": content_type, "models": models, "keep": keep, "dataset": dataset, "retentionDays": retention_days, "wait": wait, "options": options}, idempotency_key)
        return answer

    def get_image(self, *, id: str) -> Image:
        """An image and all its jobs, by its id or the SHA-256 of its uploaded bytes."""
        answer: Image = self._call(OPERATIONS["get_image"], {"id": id})
        return answer

    def change_image(self, *, id: str, filename: str) -> ListedImage:
        """Give an image another filename."""
        answer: ListedImage = self._call(OPERATIONS["change_image"], {"id": id, "filename": filename})
        return answer

    def delete_image(self, *, id: str) -> None:
        """Delete an image with its results."""
        self._call(OPERATIONS["delete_image"], {"id": id})

    def get_image_file(self, *, id: str) -> httpx.Response:
        """The stored image itself."""
        answer: httpx.Response = self._call(OPERATIONS["get_image_file"], {"id": id})
        return answer

    def get_image_thumbnail(self, *, id: str) -> httpx.Response:
        """The image made small: a WebP of at most 1,200 × 400 pixels."""
        answer: httpx.Response = self._call(OPERATIONS["get_image_thumbnail"], {"id": id})
        return answer

    def list_videos(self, *, limit: int | None = None, cursor: str | None = None) -> ListVideosAnswer:
        """Your videos, newest first."""
        answer: ListVideosAnswer = self._call(OPERATIONS["list_videos"], {"limit": limit, "cursor": cursor})
        return answer

    def iter_videos(self, *, limit: int | None = None) -> Iterator[ListedVideo]:
        """Your videos, newest first: every one, page by page."""
        return self._pages(OPERATIONS["list_videos"], {"limit": limit})

    def get_video(self, *, id: str) -> Video:
        """A video and all its jobs."""
        answer: Video = self._call(OPERATIONS["get_video"], {"id": id})
        return answer

    def change_video(self, *, id: str, filename: str) -> ListedVideo:
        """Give a video another filename."""
        answer: ListedVideo = self._call(OPERATIONS["change_video"], {"id": id, "filename": filename})
        return answer

    def delete_video(self, *, id: str) -> None:
        """Delete a video with its results."""
        self._call(OPERATIONS["delete_video"], {"id": id})

    def get_video_file(self, *, id: str) -> httpx.Response:
        """The video itself, as it was uploaded."""
        answer: httpx.Response = self._call(OPERATIONS["get_video_file"], {"id": id})
        return answer

    def create_upload(self, *, kind: Literal["image", "zip", "video"], filename: str, content_type: str, size_bytes: int, models: list[str] | None = None, options: AnalysisOptions | None = None, keep: Literal["compressed", "original"] | None = None, dataset: str | None = None, frames_per_second: float | None = None, retention_days: int | None = None, webhook: str | None = None, idempotency_key: str | None = None) -> PresignedUpload:
        """Create a presigned upload."""
        answer: PresignedUpload = self._call(OPERATIONS["create_upload"], {"kind": kind, "filename": filename, "contentType": content_type, "sizeBytes": size_bytes, "models": models, "options": options, "keep": keep, "dataset": dataset, "framesPerSecond": frames_per_second, "retentionDays": retention_days, "webhook": webhook}, idempotency_key)
        return answer

    def get_upload(self, *, id: str) -> Upload:
        """An upload, its progress and its outcome."""
        answer: Upload = self._call(OPERATIONS["get_upload"], {"id": id})
        return answer

    def list_refused_entries(self, *, id: str, limit: int | None = None, cursor: str | None = None) -> ListRefusedEntriesAnswer:
        """The refused files of an upload, each with its reason."""
        answer: ListRefusedEntriesAnswer = self._call(OPERATIONS["list_refused_entries"], {"id": id, "limit": limit, "cursor": cursor})
        return answer

    def iter_refused_entries(self, *, id: str, limit: int | None = None) -> Iterator[ListRefusedEntriesItem]:
        """The refused files of an upload, each with its reason: every one, page by page."""
        return self._pages(OPERATIONS["list_refused_entries"], {"id": id, "limit": limit})

    def list_jobs(self, *, limit: int | None = None, cursor: str | None = None, status: Literal["queued", "running", "succeeded", "failed", "canceled"] | None = None, image: str | None = None) -> ListJobsAnswer:
        """Your jobs, newest first."""
        answer: ListJobsAnswer = self._call(OPERATIONS["list_jobs"], {"limit": limit, "cursor": cursor, "status": status, "image": image})
        return answer

    def iter_jobs(self, *, limit: int | None = None, status: Literal["queued", "running", "succeeded", "failed", "canceled"] | None = None, image: str | None = None) -> Iterator[Job]:
        """Your jobs, newest first: every one, page by page."""
        return self._pages(OPERATIONS["list_jobs"], {"limit": limit, "status": status, "image": image})

    def get_job(self, *, id: str, wait: int | None = None) -> Job:
        """A job and its progress."""
        answer: Job = self._call(OPERATIONS["get_job"], {"id": id, "wait": wait})
        return answer

    def cancel_job(self, *, id: str, idempotency_key: str | None = None) -> Job:
        """Cancel a job that is not finished."""
        answer: Job = self._call(OPERATIONS["cancel_job"], {"id": id}, idempotency_key)
        return answer

    def get_job_frames(self, *, id: str) -> httpx.Response:
        """What a job found in each frame of a video, as JSON lines."""
        answer: httpx.Response = self._call(OPERATIONS["get_job_frames"], {"id": id})
        return answer

    def get_job_overlay(self, *, id: str) -> httpx.Response:
        """The image with masks, boxes and labels drawn."""
        answer: httpx.Response = self._call(OPERATIONS["get_job_overlay"], {"id": id})
        return answer

    def get_job_result(self, *, id: str) -> Result | VideoResult:
        """What a job found."""
        answer: Result | VideoResult = self._call(OPERATIONS["get_job_result"], {"id": id})
        return answer

    def list_batches(self, *, limit: int | None = None, cursor: str | None = None) -> ListBatchesAnswer:
        """Your batches, newest first."""
        answer: ListBatchesAnswer = self._call(OPERATIONS["list_batches"], {"limit": limit, "cursor": cursor})
        return answer

    def iter_batches(self, *, limit: int | None = None) -> Iterator[Batch]:
        """Your batches, newest first: every one, page by page."""
        return self._pages(OPERATIONS["list_batches"], {"limit": limit})

    def create_batch(self, *, models: list[str], images: list[str] | None = None, videos: list[str] | None = None, dataset: str | None = None, options: AnalysisOptions | None = None, frames_per_second: float | None = None, webhook: str | None = None, idempotency_key: str | None = None) -> Batch:
        """Analyse many images and videos with many models."""
        answer: Batch = self._call(OPERATIONS["create_batch"], {"models": models, "images": images, "videos": videos, "dataset": dataset, "options": options, "framesPerSecond": frames_per_second, "webhook": webhook}, idempotency_key)
        return answer

    def get_batch(self, *, id: str) -> Batch:
        """A batch and its progress."""
        answer: Batch = self._call(OPERATIONS["get_batch"], {"id": id})
        return answer

    def cancel_batch(self, *, id: str, idempotency_key: str | None = None) -> Batch:
        """Cancel the open jobs of a batch."""
        answer: Batch = self._call(OPERATIONS["cancel_batch"], {"id": id}, idempotency_key)
        return answer

    def list_batch_jobs(self, *, id: str, limit: int | None = None, cursor: str | None = None) -> ListBatchJobsAnswer:
        """The jobs of a batch, in the order they were asked for."""
        answer: ListBatchJobsAnswer = self._call(OPERATIONS["list_batch_jobs"], {"id": id, "limit": limit, "cursor": cursor})
        return answer

    def iter_batch_jobs(self, *, id: str, limit: int | None = None) -> Iterator[Job]:
        """The jobs of a batch, in the order they were asked for: every one, page by page."""
        return self._pages(OPERATIONS["list_batch_jobs"], {"id": id, "limit": limit})

    def get_batch_results(self, *, id: str, format: Literal["jsonl", "csv", "coco"] | None = None) -> httpx.Response:
        """The results of a batch so far, in one file."""
        answer: httpx.Response = self._call(OPERATIONS["get_batch_results"], {"id": id, "format": format})
        return answer

    def retry_batch(self, *, id: str, idempotency_key: str | None = None) -> Batch:
        """Retry the failed jobs of a batch, as new jobs in their place."""
        answer: Batch = self._call(OPERATIONS["retry_batch"], {"id": id}, idempotency_key)
        return answer

    def list_datasets(self, *, limit: int | None = None, cursor: str | None = None) -> ListDatasetsAnswer:
        """Your datasets, newest first."""
        answer: ListDatasetsAnswer = self._call(OPERATIONS["list_datasets"], {"limit": limit, "cursor": cursor})
        return answer

    def iter_datasets(self, *, limit: int | None = None) -> Iterator[Dataset]:
        """Your datasets, newest first: every one, page by page."""
        return self._pages(OPERATIONS["list_datasets"], {"limit": limit})

    def create_dataset(self, *, name: str, tags: list[str] | None = None, idempotency_key: str | None = None) -> Dataset:
        """Make a dataset."""
        answer: Dataset = self._call(OPERATIONS["create_dataset"], {"name": name, "tags": tags}, idempotency_key)
        return answer

    def get_dataset(self, *, id: str) -> Dataset:
        """A dataset."""
        answer: Dataset = self._call(OPERATIONS["get_dataset"], {"id": id})
        return answer

    def change_dataset(self, *, id: str, name: str | None = None, tags: list[str] | None = None) -> Dataset:
        """Rename a dataset, or change its tags."""
        answer: Dataset = self._call(OPERATIONS["change_dataset"], {"id": id, "name": name, "tags": tags})
        return answer

    def delete_dataset(self, *, id: str) -> None:
        """Delete a dataset; its images and videos stay."""
        self._call(OPERATIONS["delete_dataset"], {"id": id})

    def add_dataset_image(self, *, id: str, image_id: str) -> None:
        """Put an image into a dataset."""
        self._call(OPERATIONS["add_dataset_image"], {"id": id, "imageId": image_id})

    def remove_dataset_image(self, *, id: str, image_id: str) -> None:
        """Take an image out of a dataset; the image stays."""
        self._call(OPERATIONS["remove_dataset_image"], {"id": id, "imageId": image_id})

    def list_dataset_items(self, *, id: str, limit: int | None = None, cursor: str | None = None) -> ListDatasetItemsAnswer:
        """What is in a dataset, latest added first."""
        answer: ListDatasetItemsAnswer = self._call(OPERATIONS["list_dataset_items"], {"id": id, "limit": limit, "cursor": cursor})
        return answer

    def iter_dataset_items(self, *, id: str, limit: int | None = None) -> Iterator[DatasetItem]:
        """What is in a dataset, latest added first: every one, page by page."""
        return self._pages(OPERATIONS["list_dataset_items"], {"id": id, "limit": limit})

    def add_dataset_video(self, *, id: str, video_id: str) -> None:
        """Put a video into a dataset."""
        self._call(OPERATIONS["add_dataset_video"], {"id": id, "videoId": video_id})

    def remove_dataset_video(self, *, id: str, video_id: str) -> None:
        """Take a video out of a dataset; the video stays."""
        self._call(OPERATIONS["remove_dataset_video"], {"id": id, "videoId": video_id})

    def list_models(self) -> ListModelsAnswer:
        """All models."""
        answer: ListModelsAnswer = self._call(OPERATIONS["list_models"], {})
        return answer

    def iter_models(self) -> Iterator[Model]:
        """All models: every one, page by page."""
        return self._pages(OPERATIONS["list_models"], {})

    def add_model(self, *, id: str, version: str, family: Literal["yolov5", "yolov8", "yolo-end2end", "yolov6", "yolov7-end2end", "yolox", "detr", "rtdetr", "rtdetr-end2end", "nms"], task: Literal["detect", "segment"], classes: list[str], input_size: AddModelInputSize, licence: str, sha256: str, size_bytes: int, preprocessing: AddModelPreprocessing | None = None, outputs: AddModelOutputs | None = None, defaults: AddModelDefaults | None = None, device: Literal["cpu", "gpu"] | None = None, idempotency_key: str | None = None) -> PresignedWeights:
        """Add a version of a model: answers with a form for its weights."""
        answer: PresignedWeights = self._call(OPERATIONS["add_model"], {"id": id, "version": version, "family": family, "task": task, "classes": classes, "inputSize": input_size, "licence": licence, "sha256": sha256, "sizeBytes": size_bytes, "preprocessing": preprocessing, "outputs": outputs, "defaults": defaults, "device": device}, idempotency_key)
        return answer

    def get_model(self, *, id: str) -> Model:
        """A model and its versions."""
        answer: Model = self._call(OPERATIONS["get_model"], {"id": id})
        return answer

    def get_model_version(self, *, id: str, version: str) -> ModelVersion:
        """One version of a model: its manifest, its status, and why it was refused."""
        answer: ModelVersion = self._call(OPERATIONS["get_model_version"], {"id": id, "version": version})
        return answer

    def change_model_status(self, *, id: str, version: str, status: Literal["available", "disabled"]) -> ModelVersion:
        """Disable a version, or make it available again."""
        answer: ModelVersion = self._call(OPERATIONS["change_model_status"], {"id": id, "version": version, "status": status})
        return answer

    def list_webhooks(self, *, limit: int | None = None, cursor: str | None = None) -> ListWebhooksAnswer:
        """Your webhooks."""
        answer: ListWebhooksAnswer = self._call(OPERATIONS["list_webhooks"], {"limit": limit, "cursor": cursor})
        return answer

    def iter_webhooks(self, *, limit: int | None = None) -> Iterator[Webhook]:
        """Your webhooks: every one, page by page."""
        return self._pages(OPERATIONS["list_webhooks"], {"limit": limit})

    def create_webhook(self, *, url: str, events: list[Literal["job.*", "batch.*", "upload.*", "job.succeeded", "job.failed", "job.canceled", "batch.finished", "upload.finished", "upload.failed", "credits.low", "webhook.disabled"]]) -> WebhookWithSecret:
        """Be called when something happens."""
        answer: WebhookWithSecret = self._call(OPERATIONS["create_webhook"], {"url": url, "events": events})
        return answer

    def get_webhook(self, *, id: str) -> Webhook:
        """A webhook."""
        answer: Webhook = self._call(OPERATIONS["get_webhook"], {"id": id})
        return answer

    def change_webhook(self, *, id: str, url: str | None = None, events: list[Literal["job.*", "batch.*", "upload.*", "job.succeeded", "job.failed", "job.canceled", "batch.finished", "upload.finished", "upload.failed", "credits.low", "webhook.disabled"]] | None = None, status: Literal["enabled", "disabled"] | None = None) -> Webhook:
        """Change where a webhook goes or what it tells, or enable it again."""
        answer: Webhook = self._call(OPERATIONS["change_webhook"], {"id": id, "url": url, "events": events, "status": status})
        return answer

    def delete_webhook(self, *, id: str) -> None:
        """Remove a webhook; what is under way to it is dropped."""
        self._call(OPERATIONS["delete_webhook"], {"id": id})

    def list_deliveries(self, *, id: str, limit: int | None = None, cursor: str | None = None) -> ListDeliveriesAnswer:
        """What was sent in the last 30 days, newest event first, with each attempt."""
        answer: ListDeliveriesAnswer = self._call(OPERATIONS["list_deliveries"], {"id": id, "limit": limit, "cursor": cursor})
        return answer

    def iter_deliveries(self, *, id: str, limit: int | None = None) -> Iterator[WebhookDelivery]:
        """What was sent in the last 30 days, newest event first, with each attempt: every one, page by page."""
        return self._pages(OPERATIONS["list_deliveries"], {"id": id, "limit": limit})

    def get_delivery(self, *, id: str, delivery_id: str) -> WebhookDelivery:
        """One delivery."""
        answer: WebhookDelivery = self._call(OPERATIONS["get_delivery"], {"id": id, "deliveryId": delivery_id})
        return answer

    def replay_delivery(self, *, id: str, delivery_id: str, idempotency_key: str | None = None) -> WebhookDelivery:
        """Send it again now, under the same `webhook-id`."""
        answer: WebhookDelivery = self._call(OPERATIONS["replay_delivery"], {"id": id, "deliveryId": delivery_id}, idempotency_key)
        return answer

    def rotate_webhook_secret(self, *, id: str) -> WebhookWithSecret:
        """Give a webhook a new secret."""
        answer: WebhookWithSecret = self._call(OPERATIONS["rotate_webhook_secret"], {"id": id})
        return answer

    def test_webhook(self, *, id: str, idempotency_key: str | None = None) -> WebhookDelivery:
        """Send a `webhook.test` event."""
        answer: WebhookDelivery = self._call(OPERATIONS["test_webhook"], {"id": id}, idempotency_key)
        return answer

    def get_credits(self) -> Credits:
        """What the own account has."""
        answer: Credits = self._call(OPERATIONS["get_credits"], {})
        return answer

    def list_credit_entries(self, *, limit: int | None = None, cursor: str | None = None) -> ListCreditEntriesAnswer:
        """How the own balance came about, newest first."""
        answer: ListCreditEntriesAnswer = self._call(OPERATIONS["list_credit_entries"], {"limit": limit, "cursor": cursor})
        return answer

    def iter_credit_entries(self, *, limit: int | None = None) -> Iterator[CreditEntry]:
        """How the own balance came about, newest first: every one, page by page."""
        return self._pages(OPERATIONS["list_credit_entries"], {"limit": limit})

    def grant_credits(self, *, id: str, amount: float, note: str | None = None, idempotency_key: str | None = None) -> Credits:
        """Give a user credits; the path names the user by id or email."""
        answer: Credits = self._call(OPERATIONS["grant_credits"], {"id": id, "amount": amount, "note": note}, idempotency_key)
        return answer

    def list_api_keys(self) -> ListApiKeysAnswer:
        """Your API keys, newest first."""
        answer: ListApiKeysAnswer = self._call(OPERATIONS["list_api_keys"], {})
        return answer

    def iter_api_keys(self) -> Iterator[ApiKey]:
        """Your API keys, newest first: every one, page by page."""
        return self._pages(OPERATIONS["list_api_keys"], {})

    def create_api_key(self, *, name: str, scopes: list[Literal["read", "write", "admin"]], expires_at: str | None = None) -> CreateApiKeyAnswer:
        """Create an API key for a program."""
        answer: CreateApiKeyAnswer = self._call(OPERATIONS["create_api_key"], {"name": name, "scopes": scopes, "expiresAt": expires_at})
        return answer

    def delete_api_key(self, *, id: str) -> None:
        """Revoke an API key."""
        self._call(OPERATIONS["delete_api_key"], {"id": id})

    def create_invite(self) -> OneTimeLink:
        """Invite somebody: a token that creates one account."""
        answer: OneTimeLink = self._call(OPERATIONS["create_invite"], {})
        return answer

    def reset_password(self, *, token: str, password: str, password_confirmation: str, idempotency_key: str | None = None) -> None:
        """Set a new password with a reset link."""
        self._call(OPERATIONS["reset_password"], {"token": token, "password": password, "passwordConfirmation": password_confirmation}, idempotency_key)

    def sign_in(self, *, email: str, password: str) -> Tokens:
        """Log in."""
        answer: Tokens = self._call(OPERATIONS["sign_in"], {"email": email, "password": password})
        return answer

    def sign_out(self) -> None:
        """Log out."""
        self._call(OPERATIONS["sign_out"], {})

    def refresh_session(self, *, refresh_token: str) -> Tokens:
        """Trade a refresh token for new tokens."""
        answer: Tokens = self._call(OPERATIONS["refresh_session"], {"refreshToken": refresh_token})
        return answer

    def list_users(self, *, limit: int | None = None, cursor: str | None = None) -> ListUsersAnswer:
        """All accounts, newest first."""
        answer: ListUsersAnswer = self._call(OPERATIONS["list_users"], {"limit": limit, "cursor": cursor})
        return answer

    def iter_users(self, *, limit: int | None = None) -> Iterator[User]:
        """All accounts, newest first: every one, page by page."""
        return self._pages(OPERATIONS["list_users"], {"limit": limit})

    def register_user(self, *, email: str, password: str, password_confirmation: str, username: str | None = None, invite: str | None = None, idempotency_key: str | None = None) -> User:
        """Create an account."""
        answer: User = self._call(OPERATIONS["register_user"], {"email": email, "password": password, "passwordConfirmation": password_confirmation, "username": username, "invite": invite}, idempotency_key)
        return answer

    def get_me(self) -> User:
        """Your account."""
        answer: User = self._call(OPERATIONS["get_me"], {})
        return answer

    def change_me(self, *, email: str | None = None, username: str | None = None, password: str | None = None, current_password: str | None = None) -> User:
        """Change your account."""
        answer: User = self._call(OPERATIONS["change_me"], {"email": email, "username": username, "password": password, "currentPassword": current_password})
        return answer

    def delete_me(self, *, current_password: str | None = None) -> None:
        """Delete your account with its images and results."""
        self._call(OPERATIONS["delete_me"], {"currentPassword": current_password})

    def change_user(self, *, id: str, disabled: bool | None = None, role: Literal["user", "admin"] | None = None) -> User:
        """Disable an account, or change its role."""
        answer: User = self._call(OPERATIONS["change_user"], {"id": id, "disabled": disabled, "role": role})
        return answer

    def create_password_reset(self, *, id: str) -> OneTimeLink:
        """A link that sets a new password, once."""
        answer: OneTimeLink = self._call(OPERATIONS["create_password_reset"], {"id": id})
        return answer

    def jwks(self) -> JwksAnswer:
        """The public keys that access tokens are signed with."""
        answer: JwksAnswer = self._call(OPERATIONS["jwks"], {})
        return answer

    def docs(self) -> httpx.Response:
        """This API as a page."""
        answer: httpx.Response = self._call(OPERATIONS["docs"], {})
        return answer

    def health(self) -> HealthAnswer:
        """Whether the service answers."""
        answer: HealthAnswer = self._call(OPERATIONS["health"], {})
        return answer

    def open_api(self) -> dict[str, Any]:
        """This API, as OpenAPI 3.1."""
        answer: dict[str, Any] = self._call(OPERATIONS["open_api"], {})
        return answer


class AsyncApi(AsyncCaller):
    """One coroutine an operation."""

    async def list_images(self, *, limit: int | None = None, cursor: str | None = None, dataset: str | None = None, tag: str | None = None, content_type: str | None = None) -> ListImagesAnswer:
        """Your images, newest first."""
        answer: ListImagesAnswer = await self._call(OPERATIONS["list_images"], {"limit": limit, "cursor": cursor, "dataset": dataset, "tag": tag, "contentType": content_type})
        return answer

    def iter_images(self, *, limit: int | None = None, dataset: str | None = None, tag: str | None = None, content_type: str | None = None) -> AsyncIterator[ListedImage]:
        """Your images, newest first: every one, page by page."""
        return self._pages(OPERATIONS["list_images"], {"limit": limit, "dataset": dataset, "tag": tag, "contentType": content_type})

    async def upload_image(self, *, file: bytes, filename: str, content_type: str, models: list[str] | None = None, keep: Literal["compressed", "original"] | None = None, dataset: str | None = None, retention_days: int | None = None, wait: int | None = None, options: AnalysisOptions | None = None, idempotency_key: str | None = None) -> UploadImageAnswer:
        """Upload one image, and analyse it."""
        answer: UploadImageAnswer = await self._call(OPERATIONS["upload_image"], {"file": file, "filename": filename, "contentType": content_type, "models": models, "keep": keep, "dataset": dataset, "retentionDays": retention_days, "wait": wait, "options": options}, idempotency_key)
        return answer

    async def get_image(self, *, id: str) -> Image:
        """An image and all its jobs, by its id or the SHA-256 of its uploaded bytes."""
        answer: Image = await self._call(OPERATIONS["get_image"], {"id": id})
        return answer

    async def change_image(self, *, id: str, filename: str) -> ListedImage:
        """Give an image another filename."""
        answer: ListedImage = await self._call(OPERATIONS["change_image"], {"id": id, "filename": filename})
        return answer

    async def delete_image(self, *, id: str) -> None:
        """Delete an image with its results."""
        await self._call(OPERATIONS["delete_image"], {"id": id})

    async def get_image_file(self, *, id: str) -> httpx.Response:
        """The stored image itself."""
        answer: httpx.Response = await self._call(OPERATIONS["get_image_file"], {"id": id})
        return answer

    async def get_image_thumbnail(self, *, id: str) -> httpx.Response:
        """The image made small: a WebP of at most 1,200 × 400 pixels."""
        answer: httpx.Response = await self._call(OPERATIONS["get_image_thumbnail"], {"id": id})
        return answer

    async def list_videos(self, *, limit: int | None = None, cursor: str | None = None) -> ListVideosAnswer:
        """Your videos, newest first."""
        answer: ListVideosAnswer = await self._call(OPERATIONS["list_videos"], {"limit": limit, "cursor": cursor})
        return answer

    def iter_videos(self, *, limit: int | None = None) -> AsyncIterator[ListedVideo]:
        """Your videos, newest first: every one, page by page."""
        return self._pages(OPERATIONS["list_videos"], {"limit": limit})

    async def get_video(self, *, id: str) -> Video:
        """A video and all its jobs."""
        answer: Video = await self._call(OPERATIONS["get_video"], {"id": id})
        return answer

    async def change_video(self, *, id: str, filename: str) -> ListedVideo:
        """Give a video another filename."""
        answer: ListedVideo = await self._call(OPERATIONS["change_video"], {"id": id, "filename": filename})
        return answer

    async def delete_video(self, *, id: str) -> None:
        """Delete a video with its results."""
        await self._call(OPERATIONS["delete_video"], {"id": id})

    async def get_video_file(self, *, id: str) -> httpx.Response:
        """The video itself, as it was uploaded."""
        answer: httpx.Response = await self._call(OPERATIONS["get_video_file"], {"id": id})
        return answer

    async def create_upload(self, *, kind: Literal["image", "zip", "video"], filename: str, content_type: str, size_bytes: int, models: list[str] | None = None, options: AnalysisOptions | None = None, keep: Literal["compressed", "original"] | None = None, dataset: str | None = None, frames_per_second: float | None = None, retention_days: int | None = None, webhook: str | None = None, idempotency_key: str | None = None) -> PresignedUpload:
        """Create a presigned upload."""
        answer: PresignedUpload = await self._call(OPERATIONS["create_upload"], {"kind": kind, "filename": filename, "contentType": content_type, "sizeBytes": size_bytes, "models": models, "options": options, "keep": keep, "dataset": dataset, "framesPerSecond": frames_per_second, "retentionDays": retention_days, "webhook": webhook}, idempotency_key)
        return answer

    async def get_upload(self, *, id: str) -> Upload:
        """An upload, its progress and its outcome."""
        answer: Upload = await self._call(OPERATIONS["get_upload"], {"id": id})
        return answer

    async def list_refused_entries(self, *, id: str, limit: int | None = None, cursor: str | None = None) -> ListRefusedEntriesAnswer:
        """The refused files of an upload, each with its reason."""
        answer: ListRefusedEntriesAnswer = await self._call(OPERATIONS["list_refused_entries"], {"id": id, "limit": limit, "cursor": cursor})
        return answer

    def iter_refused_entries(self, *, id: str, limit: int | None = None) -> AsyncIterator[ListRefusedEntriesItem]:
        """The refused files of an upload, each with its reason: every one, page by page."""
        return self._pages(OPERATIONS["list_refused_entries"], {"id": id, "limit": limit})

    async def list_jobs(self, *, limit: int | None = None, cursor: str | None = None, status: Literal["queued", "running", "succeeded", "failed", "canceled"] | None = None, image: str | None = None) -> ListJobsAnswer:
        """Your jobs, newest first."""
        answer: ListJobsAnswer = await self._call(OPERATIONS["list_jobs"], {"limit": limit, "cursor": cursor, "status": status, "image": image})
        return answer

    def iter_jobs(self, *, limit: int | None = None, status: Literal["queued", "running", "succeeded", "failed", "canceled"] | None = None, image: str | None = None) -> AsyncIterator[Job]:
        """Your jobs, newest first: every one, page by page."""
        return self._pages(OPERATIONS["list_jobs"], {"limit": limit, "status": status, "image": image})

    async def get_job(self, *, id: str, wait: int | None = None) -> Job:
        """A job and its progress."""
        answer: Job = await self._call(OPERATIONS["get_job"], {"id": id, "wait": wait})
        return answer

    async def cancel_job(self, *, id: str, idempotency_key: str | None = None) -> Job:
        """Cancel a job that is not finished."""
        answer: Job = await self._call(OPERATIONS["cancel_job"], {"id": id}, idempotency_key)
        return answer

    async def get_job_frames(self, *, id: str) -> httpx.Response:
        """What a job found in each frame of a video, as JSON lines."""
        answer: httpx.Response = await self._call(OPERATIONS["get_job_frames"], {"id": id})
        return answer

    async def get_job_overlay(self, *, id: str) -> httpx.Response:
        """The image with masks, boxes and labels drawn."""
        answer: httpx.Response = await self._call(OPERATIONS["get_job_overlay"], {"id": id})
        return answer

    async def get_job_result(self, *, id: str) -> Result | VideoResult:
        """What a job found."""
        answer: Result | VideoResult = await self._call(OPERATIONS["get_job_result"], {"id": id})
        return answer

    async def list_batches(self, *, limit: int | None = None, cursor: str | None = None) -> ListBatchesAnswer:
        """Your batches, newest first."""
        answer: ListBatchesAnswer = await self._call(OPERATIONS["list_batches"], {"limit": limit, "cursor": cursor})
        return answer

    def iter_batches(self, *, limit: int | None = None) -> AsyncIterator[Batch]:
        """Your batches, newest first: every one, page by page."""
        return self._pages(OPERATIONS["list_batches"], {"limit": limit})

    async def create_batch(self, *, models: list[str], images: list[str] | None = None, videos: list[str] | None = None, dataset: str | None = None, options: AnalysisOptions | None = None, frames_per_second: float | None = None, webhook: str | None = None, idempotency_key: str | None = None) -> Batch:
        """Analyse many images and videos with many models."""
        answer: Batch = await self._call(OPERATIONS["create_batch"], {"models": models, "images": images, "videos": videos, "dataset": dataset, "options": options, "framesPerSecond": frames_per_second, "webhook": webhook}, idempotency_key)
        return answer

    async def get_batch(self, *, id: str) -> Batch:
        """A batch and its progress."""
        answer: Batch = await self._call(OPERATIONS["get_batch"], {"id": id})
        return answer

    async def cancel_batch(self, *, id: str, idempotency_key: str | None = None) -> Batch:
        """Cancel the open jobs of a batch."""
        answer: Batch = await self._call(OPERATIONS["cancel_batch"], {"id": id}, idempotency_key)
        return answer

    async def list_batch_jobs(self, *, id: str, limit: int | None = None, cursor: str | None = None) -> ListBatchJobsAnswer:
        """The jobs of a batch, in the order they were asked for."""
        answer: ListBatchJobsAnswer = await self._call(OPERATIONS["list_batch_jobs"], {"id": id, "limit": limit, "cursor": cursor})
        return answer

    def iter_batch_jobs(self, *, id: str, limit: int | None = None) -> AsyncIterator[Job]:
        """The jobs of a batch, in the order they were asked for: every one, page by page."""
        return self._pages(OPERATIONS["list_batch_jobs"], {"id": id, "limit": limit})

    async def get_batch_results(self, *, id: str, format: Literal["jsonl", "csv", "coco"] | None = None) -> httpx.Response:
        """The results of a batch so far, in one file."""
        answer: httpx.Response = await self._call(OPERATIONS["get_batch_results"], {"id": id, "format": format})
        return answer

    async def retry_batch(self, *, id: str, idempotency_key: str | None = None) -> Batch:
        """Retry the failed jobs of a batch, as new jobs in their place."""
        answer: Batch = await self._call(OPERATIONS["retry_batch"], {"id": id}, idempotency_key)
        return answer

    async def list_datasets(self, *, limit: int | None = None, cursor: str | None = None) -> ListDatasetsAnswer:
        """Your datasets, newest first."""
        answer: ListDatasetsAnswer = await self._call(OPERATIONS["list_datasets"], {"limit": limit, "cursor": cursor})
        return answer

    def iter_datasets(self, *, limit: int | None = None) -> AsyncIterator[Dataset]:
        """Your datasets, newest first: every one, page by page."""
        return self._pages(OPERATIONS["list_datasets"], {"limit": limit})

    async def create_dataset(self, *, name: str, tags: list[str] | None = None, idempotency_key: str | None = None) -> Dataset:
        """Make a dataset."""
        answer: Dataset = await self._call(OPERATIONS["create_dataset"], {"name": name, "tags": tags}, idempotency_key)
        return answer

    async def get_dataset(self, *, id: str) -> Dataset:
        """A dataset."""
        answer: Dataset = await self._call(OPERATIONS["get_dataset"], {"id": id})
        return answer

    async def change_dataset(self, *, id: str, name: str | None = None, tags: list[str] | None = None) -> Dataset:
        """Rename a dataset, or change its tags."""
        answer: Dataset = await self._call(OPERATIONS["change_dataset"], {"id": id, "name": name, "tags": tags})
        return answer

    async def delete_dataset(self, *, id: str) -> None:
        """Delete a dataset; its images and videos stay."""
        await self._call(OPERATIONS["delete_dataset"], {"id": id})

    async def add_dataset_image(self, *, id: str, image_id: str) -> None:
        """Put an image into a dataset."""
        await self._call(OPERATIONS["add_dataset_image"], {"id": id, "imageId": image_id})

    async def remove_dataset_image(self, *, id: str, image_id: str) -> None:
        """Take an image out of a dataset; the image stays."""
        await self._call(OPERATIONS["remove_dataset_image"], {"id": id, "imageId": image_id})

    async def list_dataset_items(self, *, id: str, limit: int | None = None, cursor: str | None = None) -> ListDatasetItemsAnswer:
        """What is in a dataset, latest added first."""
        answer: ListDatasetItemsAnswer = await self._call(OPERATIONS["list_dataset_items"], {"id": id, "limit": limit, "cursor": cursor})
        return answer

    def iter_dataset_items(self, *, id: str, limit: int | None = None) -> AsyncIterator[DatasetItem]:
        """What is in a dataset, latest added first: every one, page by page."""
        return self._pages(OPERATIONS["list_dataset_items"], {"id": id, "limit": limit})

    async def add_dataset_video(self, *, id: str, video_id: str) -> None:
        """Put a video into a dataset."""
        await self._call(OPERATIONS["add_dataset_video"], {"id": id, "videoId": video_id})

    async def remove_dataset_video(self, *, id: str, video_id: str) -> None:
        """Take a video out of a dataset; the video stays."""
        await self._call(OPERATIONS["remove_dataset_video"], {"id": id, "videoId": video_id})

    async def list_models(self) -> ListModelsAnswer:
        """All models."""
        answer: ListModelsAnswer = await self._call(OPERATIONS["list_models"], {})
        return answer

    def iter_models(self) -> AsyncIterator[Model]:
        """All models: every one, page by page."""
        return self._pages(OPERATIONS["list_models"], {})

    async def add_model(self, *, id: str, version: str, family: Literal["yolov5", "yolov8", "yolo-end2end", "yolov6", "yolov7-end2end", "yolox", "detr", "rtdetr", "rtdetr-end2end", "nms"], task: Literal["detect", "segment"], classes: list[str], input_size: AddModelInputSize, licence: str, sha256: str, size_bytes: int, preprocessing: AddModelPreprocessing | None = None, outputs: AddModelOutputs | None = None, defaults: AddModelDefaults | None = None, device: Literal["cpu", "gpu"] | None = None, idempotency_key: str | None = None) -> PresignedWeights:
        """Add a version of a model: answers with a form for its weights."""
        answer: PresignedWeights = await self._call(OPERATIONS["add_model"], {"id": id, "version": version, "family": family, "task": task, "classes": classes, "inputSize": input_size, "licence": licence, "sha256": sha256, "sizeBytes": size_bytes, "preprocessing": preprocessing, "outputs": outputs, "defaults": defaults, "device": device}, idempotency_key)
        return answer

    async def get_model(self, *, id: str) -> Model:
        """A model and its versions."""
        answer: Model = await self._call(OPERATIONS["get_model"], {"id": id})
        return answer

    async def get_model_version(self, *, id: str, version: str) -> ModelVersion:
        """One version of a model: its manifest, its status, and why it was refused."""
        answer: ModelVersion = await self._call(OPERATIONS["get_model_version"], {"id": id, "version": version})
        return answer

    async def change_model_status(self, *, id: str, version: str, status: Literal["available", "disabled"]) -> ModelVersion:
        """Disable a version, or make it available again."""
        answer: ModelVersion = await self._call(OPERATIONS["change_model_status"], {"id": id, "version": version, "status": status})
        return answer

    async def list_webhooks(self, *, limit: int | None = None, cursor: str | None = None) -> ListWebhooksAnswer:
        """Your webhooks."""
        answer: ListWebhooksAnswer = await self._call(OPERATIONS["list_webhooks"], {"limit": limit, "cursor": cursor})
        return answer

    def iter_webhooks(self, *, limit: int | None = None) -> AsyncIterator[Webhook]:
        """Your webhooks: every one, page by page."""
        return self._pages(OPERATIONS["list_webhooks"], {"limit": limit})

    async def create_webhook(self, *, url: str, events: list[Literal["job.*", "batch.*", "upload.*", "job.succeeded", "job.failed", "job.canceled", "batch.finished", "upload.finished", "upload.failed", "credits.low", "webhook.disabled"]]) -> WebhookWithSecret:
        """Be called when something happens."""
        answer: WebhookWithSecret = await self._call(OPERATIONS["create_webhook"], {"url": url, "events": events})
        return answer

    async def get_webhook(self, *, id: str) -> Webhook:
        """A webhook."""
        answer: Webhook = await self._call(OPERATIONS["get_webhook"], {"id": id})
        return answer

    async def change_webhook(self, *, id: str, url: str | None = None, events: list[Literal["job.*", "batch.*", "upload.*", "job.succeeded", "job.failed", "job.canceled", "batch.finished", "upload.finished", "upload.failed", "credits.low", "webhook.disabled"]] | None = None, status: Literal["enabled", "disabled"] | None = None) -> Webhook:
        """Change where a webhook goes or what it tells, or enable it again."""
        answer: Webhook = await self._call(OPERATIONS["change_webhook"], {"id": id, "url": url, "events": events, "status": status})
        return answer

    async def delete_webhook(self, *, id: str) -> None:
        """Remove a webhook; what is under way to it is dropped."""
        await self._call(OPERATIONS["delete_webhook"], {"id": id})

    async def list_deliveries(self, *, id: str, limit: int | None = None, cursor: str | None = None) -> ListDeliveriesAnswer:
        """What was sent in the last 30 days, newest event first, with each attempt."""
        answer: ListDeliveriesAnswer = await self._call(OPERATIONS["list_deliveries"], {"id": id, "limit": limit, "cursor": cursor})
        return answer

    def iter_deliveries(self, *, id: str, limit: int | None = None) -> AsyncIterator[WebhookDelivery]:
        """What was sent in the last 30 days, newest event first, with each attempt: every one, page by page."""
        return self._pages(OPERATIONS["list_deliveries"], {"id": id, "limit": limit})

    async def get_delivery(self, *, id: str, delivery_id: str) -> WebhookDelivery:
        """One delivery."""
        answer: WebhookDelivery = await self._call(OPERATIONS["get_delivery"], {"id": id, "deliveryId": delivery_id})
        return answer

    async def replay_delivery(self, *, id: str, delivery_id: str, idempotency_key: str | None = None) -> WebhookDelivery:
        """Send it again now, under the same `webhook-id`."""
        answer: WebhookDelivery = await self._call(OPERATIONS["replay_delivery"], {"id": id, "deliveryId": delivery_id}, idempotency_key)
        return answer

    async def rotate_webhook_secret(self, *, id: str) -> WebhookWithSecret:
        """Give a webhook a new secret."""
        answer: WebhookWithSecret = await self._call(OPERATIONS["rotate_webhook_secret"], {"id": id})
        return answer

    async def test_webhook(self, *, id: str, idempotency_key: str | None = None) -> WebhookDelivery:
        """Send a `webhook.test` event."""
        answer: WebhookDelivery = await self._call(OPERATIONS["test_webhook"], {"id": id}, idempotency_key)
        return answer

    async def get_credits(self) -> Credits:
        """What the own account has."""
        answer: Credits = await self._call(OPERATIONS["get_credits"], {})
        return answer

    async def list_credit_entries(self, *, limit: int | None = None, cursor: str | None = None) -> ListCreditEntriesAnswer:
        """How the own balance came about, newest first."""
        answer: ListCreditEntriesAnswer = await self._call(OPERATIONS["list_credit_entries"], {"limit": limit, "cursor": cursor})
        return answer

    def iter_credit_entries(self, *, limit: int | None = None) -> AsyncIterator[CreditEntry]:
        """How the own balance came about, newest first: every one, page by page."""
        return self._pages(OPERATIONS["list_credit_entries"], {"limit": limit})

    async def grant_credits(self, *, id: str, amount: float, note: str | None = None, idempotency_key: str | None = None) -> Credits:
        """Give a user credits; the path names the user by id or email."""
        answer: Credits = await self._call(OPERATIONS["grant_credits"], {"id": id, "amount": amount, "note": note}, idempotency_key)
        return answer

    async def list_api_keys(self) -> ListApiKeysAnswer:
        """Your API keys, newest first."""
        answer: ListApiKeysAnswer = await self._call(OPERATIONS["list_api_keys"], {})
        return answer

    def iter_api_keys(self) -> AsyncIterator[ApiKey]:
        """Your API keys, newest first: every one, page by page."""
        return self._pages(OPERATIONS["list_api_keys"], {})

    async def create_api_key(self, *, name: str, scopes: list[Literal["read", "write", "admin"]], expires_at: str | None = None) -> CreateApiKeyAnswer:
        """Create an API key for a program."""
        answer: CreateApiKeyAnswer = await self._call(OPERATIONS["create_api_key"], {"name": name, "scopes": scopes, "expiresAt": expires_at})
        return answer

    async def delete_api_key(self, *, id: str) -> None:
        """Revoke an API key."""
        await self._call(OPERATIONS["delete_api_key"], {"id": id})

    async def create_invite(self) -> OneTimeLink:
        """Invite somebody: a token that creates one account."""
        answer: OneTimeLink = await self._call(OPERATIONS["create_invite"], {})
        return answer

    async def reset_password(self, *, token: str, password: str, password_confirmation: str, idempotency_key: str | None = None) -> None:
        """Set a new password with a reset link."""
        await self._call(OPERATIONS["reset_password"], {"token": token, "password": password, "passwordConfirmation": password_confirmation}, idempotency_key)

    async def sign_in(self, *, email: str, password: str) -> Tokens:
        """Log in."""
        answer: Tokens = await self._call(OPERATIONS["sign_in"], {"email": email, "password": password})
        return answer

    async def sign_out(self) -> None:
        """Log out."""
        await self._call(OPERATIONS["sign_out"], {})

    async def refresh_session(self, *, refresh_token: str) -> Tokens:
        """Trade a refresh token for new tokens."""
        answer: Tokens = await self._call(OPERATIONS["refresh_session"], {"refreshToken": refresh_token})
        return answer

    async def list_users(self, *, limit: int | None = None, cursor: str | None = None) -> ListUsersAnswer:
        """All accounts, newest first."""
        answer: ListUsersAnswer = await self._call(OPERATIONS["list_users"], {"limit": limit, "cursor": cursor})
        return answer

    def iter_users(self, *, limit: int | None = None) -> AsyncIterator[User]:
        """All accounts, newest first: every one, page by page."""
        return self._pages(OPERATIONS["list_users"], {"limit": limit})

    async def register_user(self, *, email: str, password: str, password_confirmation: str, username: str | None = None, invite: str | None = None, idempotency_key: str | None = None) -> User:
        """Create an account."""
        answer: User = await self._call(OPERATIONS["register_user"], {"email": email, "password": password, "passwordConfirmation": password_confirmation, "username": username, "invite": invite}, idempotency_key)
        return answer

    async def get_me(self) -> User:
        """Your account."""
        answer: User = await self._call(OPERATIONS["get_me"], {})
        return answer

    async def change_me(self, *, email: str | None = None, username: str | None = None, password: str | None = None, current_password: str | None = None) -> User:
        """Change your account."""
        answer: User = await self._call(OPERATIONS["change_me"], {"email": email, "username": username, "password": password, "currentPassword": current_password})
        return answer

    async def delete_me(self, *, current_password: str | None = None) -> None:
        """Delete your account with its images and results."""
        await self._call(OPERATIONS["delete_me"], {"currentPassword": current_password})

    async def change_user(self, *, id: str, disabled: bool | None = None, role: Literal["user", "admin"] | None = None) -> User:
        """Disable an account, or change its role."""
        answer: User = await self._call(OPERATIONS["change_user"], {"id": id, "disabled": disabled, "role": role})
        return answer

    async def create_password_reset(self, *, id: str) -> OneTimeLink:
        """A link that sets a new password, once."""
        answer: OneTimeLink = await self._call(OPERATIONS["create_password_reset"], {"id": id})
        return answer

    async def jwks(self) -> JwksAnswer:
        """The public keys that access tokens are signed with."""
        answer: JwksAnswer = await self._call(OPERATIONS["jwks"], {})
        return answer

    async def docs(self) -> httpx.Response:
        """This API as a page."""
        answer: httpx.Response = await self._call(OPERATIONS["docs"], {})
        return answer

    async def health(self) -> HealthAnswer:
        """Whether the service answers."""
        answer: HealthAnswer = await self._call(OPERATIONS["health"], {})
        return answer

    async def open_api(self) -> dict[str, Any]:
        """This API, as OpenAPI 3.1."""
        answer: dict[str, Any] = await self._call(OPERATIONS["open_api"], {})
        return answer
