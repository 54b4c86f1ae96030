# Written by `npm run client:python` from the contracts of the API. Do not edit.
"""What the API takes and gives, under the names that stand on the wire."""

from __future__ import annotations

from typing import Any, Literal

from typing_extensions import NotRequired, TypedDict

CreateUpload = TypedDict(
    "CreateUpload",
    {
        "kind": "Literal['image', 'zip', 'video']",
        "filename": "str",
        "contentType": "str",
        "sizeBytes": "int",
        "models": NotRequired["list[str]"],
        "options": NotRequired["AnalysisOptions"],
        "keep": NotRequired["Literal['compressed', 'original']"],
        "dataset": NotRequired["str"],
        "framesPerSecond": NotRequired["float"],
        "retentionDays": NotRequired["int"],
        "webhook": NotRequired["str"],
    },
)

# Looks at overlapping tiles besides the whole image: for small objects in large images.
AnalysisOptionsTiles = TypedDict(
    "AnalysisOptionsTiles",
    {
        "size": NotRequired["int"],
        "overlap": NotRequired["float"],
    },
)

AnalysisOptionsScale = TypedDict(
    "AnalysisOptionsScale",
    {
        "pixelsPerCm": "float",
        "uncertainty": NotRequired["float"],
    },
)

AnalysisOptionsScale2ReferenceSize = TypedDict(
    "AnalysisOptionsScale2ReferenceSize",
    {
        "diameterCm": "float",
    },
)

AnalysisOptionsScale2ReferenceSize2 = TypedDict(
    "AnalysisOptionsScale2ReferenceSize2",
    {
        "widthCm": "float",
        "heightCm": "float",
    },
)

# The true size of an object that is looked for in the image.
AnalysisOptionsScale2Reference = TypedDict(
    "AnalysisOptionsScale2Reference",
    {
        "class": "str",
        "size": "AnalysisOptionsScale2ReferenceSize | AnalysisOptionsScale2ReferenceSize2",
    },
)

AnalysisOptionsScale2 = TypedDict(
    "AnalysisOptionsScale2",
    {
        "reference": "AnalysisOptionsScale2Reference",
    },
)

AnalysisOptions = TypedDict(
    "AnalysisOptions",
    {
        "confidence": NotRequired["float"],
        "iou": NotRequired["float"],
        "maxDetections": NotRequired["int"],
        "classes": NotRequired["list[str]"],
        "classAgnosticNms": NotRequired["bool"],
        "mask": NotRequired["Literal['rle', 'polygon', 'png', 'none']"],
        "polygonTolerance": NotRequired["float"],
        "tiles": NotRequired["AnalysisOptionsTiles"],
        "regions": NotRequired["list[list[list[float]]]"],
        "scale": NotRequired["AnalysisOptionsScale | AnalysisOptionsScale2"],
        "device": NotRequired["Literal['cpu', 'gpu']"],
    },
)

CreateBatch = TypedDict(
    "CreateBatch",
    {
        "images": NotRequired["list[str]"],
        "videos": NotRequired["list[str]"],
        "dataset": NotRequired["str"],
        "models": "list[str]",
        "options": NotRequired["AnalysisOptions"],
        "framesPerSecond": NotRequired["float"],
        "webhook": NotRequired["str"],
    },
)

CreateDataset = TypedDict(
    "CreateDataset",
    {
        "name": "str",
        "tags": NotRequired["list[str]"],
    },
)

ChangeDataset = TypedDict(
    "ChangeDataset",
    {
        "name": NotRequired["str"],
        "tags": NotRequired["list[str]"],
    },
)

AddModelInputSize = TypedDict(
    "AddModelInputSize",
    {
        "width": "int",
        "height": "int",
    },
)

AddModelPreprocessing = TypedDict(
    "AddModelPreprocessing",
    {
        "fit": NotRequired["Literal['letterbox', 'stretch']"],
        "place": NotRequired["Literal['centre', 'top-left']"],
        "padding": NotRequired["int"],
        "divisor": NotRequired["float"],
        "mean": NotRequired["list[float]"],
        "std": NotRequired["list[float]"],
        "channels": NotRequired["Literal['rgb', 'bgr']"],
    },
)

AddModelOutputs = TypedDict(
    "AddModelOutputs",
    {
        "masks": NotRequired["Literal['logits', 'probabilities']"],
    },
)

AddModelDefaults = TypedDict(
    "AddModelDefaults",
    {
        "confidence": NotRequired["float"],
        "iou": NotRequired["float"],
        "maxDetections": NotRequired["int"],
        "classAgnosticNms": NotRequired["bool"],
    },
)

AddModel = TypedDict(
    "AddModel",
    {
        "id": "str",
        "version": "str",
        "family": "Literal['yolov5', 'yolov8', 'yolo-end2end', 'yolov6', 'yolov7-end2end', 'yolox', 'detr', 'rtdetr', 'rtdetr-end2end', 'nms']",
        "task": "Literal['detect', 'segment']",
        "classes": "list[str]",
        "inputSize": "AddModelInputSize",
        "licence": "str",
        "sha256": "str",
        "preprocessing": NotRequired["AddModelPreprocessing"],
        "outputs": NotRequired["AddModelOutputs"],
        "defaults": NotRequired["AddModelDefaults"],
        "device": NotRequired["Literal['cpu', 'gpu']"],
        "sizeBytes": "int",
    },
)

CreateWebhook = TypedDict(
    "CreateWebhook",
    {
        "url": "str",
        "events": "list[Literal['job.*', 'batch.*', 'upload.*', 'job.succeeded', 'job.failed', 'job.canceled', 'batch.finished', 'upload.finished', 'upload.failed', 'credits.low', 'webhook.disabled']]",
    },
)

ChangeWebhook = TypedDict(
    "ChangeWebhook",
    {
        "url": NotRequired["str"],
        "events": NotRequired["list[Literal['job.*', 'batch.*', 'upload.*', 'job.succeeded', 'job.failed', 'job.canceled', 'batch.finished', 'upload.finished', 'upload.failed', 'credits.low', 'webhook.disabled']]"],
        "status": NotRequired["Literal['enabled', 'disabled']"],
    },
)

GrantCredits = TypedDict(
    "GrantCredits",
    {
        "amount": "float",
        "note": NotRequired["str"],
    },
)

NewUser = TypedDict(
    "NewUser",
    {
        "email": "str",
        "password": "str",
        "passwordConfirmation": "str",
        "username": NotRequired["str"],
        "invite": NotRequired["str"],
    },
)

AccountChanges = TypedDict(
    "AccountChanges",
    {
        "email": NotRequired["str"],
        "username": NotRequired["str"],
        "password": NotRequired["str"],
        "currentPassword": NotRequired["str"],
    },
)

ListedImage = TypedDict(
    "ListedImage",
    {
        "id": "str",
        "sha256": "str",
        "filename": "str",
        "width": "int",
        "height": "int",
        "sizeBytes": "int",
        "originalSizeBytes": "int",
        "contentType": "str",
        "cost": "float",
        "uploadedAt": "str",
        "modifiedAt": "str",
        "expiresAt": NotRequired["str"],
    },
)

ProblemErrorsItem = TypedDict(
    "ProblemErrorsItem",
    {
        "path": "str",
        "message": "str",
    },
)

Problem = TypedDict(
    "Problem",
    {
        "type": "str",
        "title": "str",
        "status": "int",
        "code": "str",
        "detail": "str",
        "errors": NotRequired["list[ProblemErrorsItem]"],
        "cost": NotRequired["float"],
        "balance": NotRequired["float"],
        "requestId": "str",
    },
)

UploadedImage = TypedDict(
    "UploadedImage",
    {
        "id": "str",
        "sha256": "str",
        "filename": "str",
        "width": "int",
        "height": "int",
        "sizeBytes": "int",
        "originalSizeBytes": "int",
        "contentType": "str",
        "cost": "float",
        "uploadedAt": "str",
        "modifiedAt": "str",
        "expiresAt": NotRequired["str"],
        "datasets": "list[str]",
    },
)

JobError = TypedDict(
    "JobError",
    {
        "code": "str",
        "detail": "str",
    },
)

JobLinks = TypedDict(
    "JobLinks",
    {
        "self": "str",
        "result": "str",
        "overlay": NotRequired["str"],
        "frames": NotRequired["str"],
    },
)

Job = TypedDict(
    "Job",
    {
        "id": "str",
        "image": NotRequired["str"],
        "video": NotRequired["str"],
        "framesPerSecond": NotRequired["float"],
        "model": "str",
        "options": "AnalysisOptionsOutput",
        "device": "Literal['cpu', 'gpu']",
        "status": "Literal['queued', 'running', 'succeeded', 'failed', 'canceled']",
        "progress": "float",
        "error": NotRequired["JobError"],
        "summary": NotRequired["list[ClassSummary]"],
        "batch": NotRequired["str"],
        "createdAt": "str",
        "startedAt": NotRequired["str"],
        "finishedAt": NotRequired["str"],
        "attempts": "int",
        "links": "JobLinks",
    },
)

# Looks at overlapping tiles besides the whole image: for small objects in large images.
AnalysisOptionsOutputTiles = TypedDict(
    "AnalysisOptionsOutputTiles",
    {
        "size": NotRequired["int"],
        "overlap": "float",
    },
)

AnalysisOptionsOutputScale = TypedDict(
    "AnalysisOptionsOutputScale",
    {
        "pixelsPerCm": "float",
        "uncertainty": "float",
    },
)

AnalysisOptionsOutputScale2ReferenceSize = TypedDict(
    "AnalysisOptionsOutputScale2ReferenceSize",
    {
        "diameterCm": "float",
    },
)

AnalysisOptionsOutputScale2ReferenceSize2 = TypedDict(
    "AnalysisOptionsOutputScale2ReferenceSize2",
    {
        "widthCm": "float",
        "heightCm": "float",
    },
)

# The true size of an object that is looked for in the image.
AnalysisOptionsOutputScale2Reference = TypedDict(
    "AnalysisOptionsOutputScale2Reference",
    {
        "class": "str",
        "size": "AnalysisOptionsOutputScale2ReferenceSize | AnalysisOptionsOutputScale2ReferenceSize2",
    },
)

AnalysisOptionsOutputScale2 = TypedDict(
    "AnalysisOptionsOutputScale2",
    {
        "reference": "AnalysisOptionsOutputScale2Reference",
    },
)

AnalysisOptionsOutput = TypedDict(
    "AnalysisOptionsOutput",
    {
        "confidence": NotRequired["float"],
        "iou": NotRequired["float"],
        "maxDetections": NotRequired["int"],
        "classes": NotRequired["list[str]"],
        "classAgnosticNms": NotRequired["bool"],
        "mask": "Literal['rle', 'polygon', 'png', 'none']",
        "polygonTolerance": "float",
        "tiles": NotRequired["AnalysisOptionsOutputTiles"],
        "regions": NotRequired["list[list[list[float]]]"],
        "scale": NotRequired["AnalysisOptionsOutputScale | AnalysisOptionsOutputScale2"],
        "device": NotRequired["Literal['cpu', 'gpu']"],
    },
)

ClassSummary = TypedDict(
    "ClassSummary",
    {
        "class": "str",
        "count": "int",
        "pixels": "float",
        "share": "float",
        "cm2": "Any",
    },
)

Image = TypedDict(
    "Image",
    {
        "id": "str",
        "sha256": "str",
        "filename": "str",
        "width": "int",
        "height": "int",
        "sizeBytes": "int",
        "originalSizeBytes": "int",
        "contentType": "str",
        "cost": "float",
        "uploadedAt": "str",
        "modifiedAt": "str",
        "expiresAt": NotRequired["str"],
        "datasets": "list[str]",
        "jobs": "list[Job]",
    },
)

ListedVideo = TypedDict(
    "ListedVideo",
    {
        "id": "str",
        "sha256": "str",
        "filename": "str",
        "width": "int",
        "height": "int",
        "durationSeconds": "float",
        "frameRate": "float",
        "sizeBytes": "int",
        "contentType": "str",
        "cost": "float",
        "uploadedAt": "str",
        "modifiedAt": "str",
        "expiresAt": NotRequired["str"],
    },
)

Video = TypedDict(
    "Video",
    {
        "id": "str",
        "sha256": "str",
        "filename": "str",
        "width": "int",
        "height": "int",
        "durationSeconds": "float",
        "frameRate": "float",
        "sizeBytes": "int",
        "contentType": "str",
        "cost": "float",
        "uploadedAt": "str",
        "modifiedAt": "str",
        "expiresAt": NotRequired["str"],
        "datasets": "list[str]",
        "jobs": "list[Job]",
    },
)

PresignedUpload = TypedDict(
    "PresignedUpload",
    {
        "id": "str",
        "url": "str",
        "fields": "dict[str, str]",
        "expiresAt": "str",
        "webhook": NotRequired["str"],
    },
)

UploadProgress = TypedDict(
    "UploadProgress",
    {
        "done": "int",
        "refused": "int",
        "total": "int",
    },
)

UploadRefusedItem = TypedDict(
    "UploadRefusedItem",
    {
        "name": "str",
        "code": "str",
        "detail": "str",
    },
)

Upload = TypedDict(
    "Upload",
    {
        "id": "str",
        "kind": "Literal['image', 'zip', 'video']",
        "status": "Literal['waiting', 'processing', 'done', 'failed']",
        "progress": "UploadProgress",
        "cost": "float",
        "images": "list[str]",
        "videos": "list[str]",
        "batch": NotRequired["str"],
        "refused": "list[UploadRefusedItem]",
    },
)

ResultImage = TypedDict(
    "ResultImage",
    {
        "id": "str",
        "sha256": "str",
        "width": "int",
        "height": "int",
    },
)

ResultModel = TypedDict(
    "ResultModel",
    {
        "id": "str",
        "version": "str",
        "sha256": "str",
    },
)

ResultTiming = TypedDict(
    "ResultTiming",
    {
        "decodeMs": "float",
        "inferMs": "float",
        "postMs": "float",
    },
)

Result = TypedDict(
    "Result",
    {
        "image": "ResultImage",
        "model": "ResultModel",
        "options": "AppliedOptions",
        "detections": "list[Detection]",
        "summary": "list[ClassSummary]",
        "scale": NotRequired["Scale | None"],
        "labelMap": NotRequired["str"],
        "timing": "ResultTiming",
    },
)

# Looks at overlapping tiles besides the whole image: for small objects in large images.
AppliedOptionsTiles = TypedDict(
    "AppliedOptionsTiles",
    {
        "size": NotRequired["int"],
        "overlap": "float",
    },
)

AppliedOptionsScale = TypedDict(
    "AppliedOptionsScale",
    {
        "pixelsPerCm": "float",
        "uncertainty": "float",
    },
)

AppliedOptionsScale2ReferenceSize = TypedDict(
    "AppliedOptionsScale2ReferenceSize",
    {
        "diameterCm": "float",
    },
)

AppliedOptionsScale2ReferenceSize2 = TypedDict(
    "AppliedOptionsScale2ReferenceSize2",
    {
        "widthCm": "float",
        "heightCm": "float",
    },
)

# The true size of an object that is looked for in the image.
AppliedOptionsScale2Reference = TypedDict(
    "AppliedOptionsScale2Reference",
    {
        "class": "str",
        "size": "AppliedOptionsScale2ReferenceSize | AppliedOptionsScale2ReferenceSize2",
    },
)

AppliedOptionsScale2 = TypedDict(
    "AppliedOptionsScale2",
    {
        "reference": "AppliedOptionsScale2Reference",
    },
)

AppliedOptions = TypedDict(
    "AppliedOptions",
    {
        "confidence": "float",
        "iou": "float",
        "maxDetections": "int",
        "classes": NotRequired["list[str]"],
        "classAgnosticNms": "bool",
        "mask": "Literal['rle', 'polygon', 'png', 'none']",
        "polygonTolerance": "float",
        "tiles": NotRequired["AppliedOptionsTiles"],
        "regions": NotRequired["list[list[list[float]]]"],
        "scale": NotRequired["AppliedOptionsScale | AppliedOptionsScale2"],
    },
)

Detection = TypedDict(
    "Detection",
    {
        "class": "str",
        "classId": "int",
        "confidence": "float",
        "box": "Box",
        "mask": "Rle | None",
        "polygons": "list[list[list[float]]]",
        "area": "Area",
    },
)

# Corners in pixels of the native, EXIF-oriented image.
Box = TypedDict(
    "Box",
    {
        "x1": "float",
        "y1": "float",
        "x2": "float",
        "y2": "float",
    },
)

# COCO compressed run-length encoding, column-major; `size` is `[height, width]`.
Rle = TypedDict(
    "Rle",
    {
        "size": "list[int]",
        "counts": "str",
    },
)

Area = TypedDict(
    "Area",
    {
        "pixels": "float",
        "share": "float",
        "cm2": "float | None",
        "cm2Uncertainty": NotRequired["float"],
    },
)

# How pixels became cm².
Scale = TypedDict(
    "Scale",
    {
        "pixelsPerCm": "float",
        "uncertainty": "float",
        "source": "Literal['given', 'reference']",
        "detection": NotRequired["int"],
    },
)

VideoResultVideo = TypedDict(
    "VideoResultVideo",
    {
        "id": "str",
        "sha256": "str",
        "width": "int",
        "height": "int",
        "durationSeconds": "float",
    },
)

VideoResultModel = TypedDict(
    "VideoResultModel",
    {
        "id": "str",
        "version": "str",
        "sha256": "str",
    },
)

VideoResultFrames = TypedDict(
    "VideoResultFrames",
    {
        "count": "int",
        "url": "str",
    },
)

VideoResultTimelineItem = TypedDict(
    "VideoResultTimelineItem",
    {
        "class": "str",
        "maxCount": "int",
        "ranges": "list[list[float]]",
    },
)

VideoResult = TypedDict(
    "VideoResult",
    {
        "video": "VideoResultVideo",
        "model": "VideoResultModel",
        "options": "AppliedOptions",
        "framesPerSecond": "float",
        "frames": "VideoResultFrames",
        "timeline": "list[VideoResultTimelineItem]",
        "summary": "list[ClassSummary]",
    },
)

BatchCounts = TypedDict(
    "BatchCounts",
    {
        "queued": "int",
        "running": "int",
        "succeeded": "int",
        "failed": "int",
        "canceled": "int",
    },
)

BatchLinks = TypedDict(
    "BatchLinks",
    {
        "self": "str",
        "jobs": "str",
        "results": "str",
    },
)

Batch = TypedDict(
    "Batch",
    {
        "id": "str",
        "status": "Literal['queued', 'running', 'finished', 'canceled']",
        "counts": "BatchCounts",
        "jobs": "int",
        "models": "list[str]",
        "options": "AnalysisOptionsOutput",
        "dataset": NotRequired["str"],
        "upload": NotRequired["str"],
        "webhook": NotRequired["str"],
        "createdAt": "str",
        "links": "BatchLinks",
    },
)

Dataset = TypedDict(
    "Dataset",
    {
        "id": "str",
        "name": "str",
        "tags": "list[str]",
        "imageCount": "int",
        "videoCount": "int",
        "cost": "float",
        "createdAt": "str",
        "modifiedAt": "str",
    },
)

DatasetItemLinks = TypedDict(
    "DatasetItemLinks",
    {
        "self": "str",
    },
)

DatasetItem = TypedDict(
    "DatasetItem",
    {
        "type": "Literal['image', 'video']",
        "id": "str",
        "addedAt": "str",
        "links": "DatasetItemLinks",
    },
)

Model = TypedDict(
    "Model",
    {
        "id": "str",
        "versions": "list[ModelVersion]",
    },
)

ModelVersionInputSize = TypedDict(
    "ModelVersionInputSize",
    {
        "width": "int",
        "height": "int",
    },
)

ModelVersionPreprocessing = TypedDict(
    "ModelVersionPreprocessing",
    {
        "fit": NotRequired["Literal['letterbox', 'stretch']"],
        "place": NotRequired["Literal['centre', 'top-left']"],
        "padding": NotRequired["int"],
        "divisor": NotRequired["float"],
        "mean": NotRequired["list[float]"],
        "std": NotRequired["list[float]"],
        "channels": NotRequired["Literal['rgb', 'bgr']"],
    },
)

ModelVersionOutputs = TypedDict(
    "ModelVersionOutputs",
    {
        "masks": NotRequired["Literal['logits', 'probabilities']"],
    },
)

ModelVersionDefaults = TypedDict(
    "ModelVersionDefaults",
    {
        "confidence": NotRequired["float"],
        "iou": NotRequired["float"],
        "maxDetections": NotRequired["int"],
        "classAgnosticNms": NotRequired["bool"],
    },
)

# Why it was refused.
ModelVersionRefusal = TypedDict(
    "ModelVersionRefusal",
    {
        "code": "str",
        "detail": "str",
    },
)

ModelVersion = TypedDict(
    "ModelVersion",
    {
        "version": "str",
        "family": "Literal['yolov5', 'yolov8', 'yolo-end2end', 'yolov6', 'yolov7-end2end', 'yolox', 'detr', 'rtdetr', 'rtdetr-end2end', 'nms']",
        "task": "Literal['detect', 'segment']",
        "classes": "list[str]",
        "inputSize": "ModelVersionInputSize",
        "licence": "str",
        "sha256": "str",
        "preprocessing": NotRequired["ModelVersionPreprocessing"],
        "outputs": NotRequired["ModelVersionOutputs"],
        "defaults": NotRequired["ModelVersionDefaults"],
        "device": NotRequired["Literal['cpu', 'gpu']"],
        "status": "Literal['pending', 'checking', 'available', 'refused', 'disabled']",
        "refusal": NotRequired["ModelVersionRefusal"],
        "registeredAt": "str",
    },
)

PresignedWeights = TypedDict(
    "PresignedWeights",
    {
        "id": "str",
        "version": "str",
        "status": "Literal['pending', 'checking', 'available', 'refused', 'disabled']",
        "url": "str",
        "fields": "dict[str, str]",
        "expiresAt": "str",
    },
)

WebhookLinks = TypedDict(
    "WebhookLinks",
    {
        "self": "str",
        "deliveries": "str",
    },
)

Webhook = TypedDict(
    "Webhook",
    {
        "id": "str",
        "url": "str",
        "events": "list[Literal['job.*', 'batch.*', 'upload.*', 'job.succeeded', 'job.failed', 'job.canceled', 'batch.finished', 'upload.finished', 'upload.failed', 'credits.low', 'webhook.disabled']]",
        "status": "Literal['enabled', 'disabled']",
        "disabledReason": NotRequired["Literal['owner', 'gone', 'failing']"],
        "failingSince": NotRequired["str"],
        "createdAt": "str",
        "modifiedAt": "str",
        "links": "WebhookLinks",
    },
)

WebhookWithSecretLinks = TypedDict(
    "WebhookWithSecretLinks",
    {
        "self": "str",
        "deliveries": "str",
    },
)

WebhookWithSecret = TypedDict(
    "WebhookWithSecret",
    {
        "id": "str",
        "url": "str",
        "events": "list[Literal['job.*', 'batch.*', 'upload.*', 'job.succeeded', 'job.failed', 'job.canceled', 'batch.finished', 'upload.finished', 'upload.failed', 'credits.low', 'webhook.disabled']]",
        "status": "Literal['enabled', 'disabled']",
        "disabledReason": NotRequired["Literal['owner', 'gone', 'failing']"],
        "failingSince": NotRequired["str"],
        "createdAt": "str",
        "modifiedAt": "str",
        "links": "WebhookWithSecretLinks",
        "secret": "str",
    },
)

WebhookDeliveryAttemptsItem = TypedDict(
    "WebhookDeliveryAttemptsItem",
    {
        "at": "str",
        "httpStatus": NotRequired["int"],
        "failure": NotRequired["Literal['timed_out', 'address_refused', 'name_not_found', 'connection_failed']"],
        "durationMs": "float",
        "answer": "str",
    },
)

WebhookDeliveryLinks = TypedDict(
    "WebhookDeliveryLinks",
    {
        "self": "str",
    },
)

WebhookDelivery = TypedDict(
    "WebhookDelivery",
    {
        "id": "str",
        "event": "str",
        "eventId": "str",
        "status": "Literal['pending', 'delivered', 'failed']",
        "attempts": "list[WebhookDeliveryAttemptsItem]",
        "nextAttemptAt": NotRequired["str"],
        "createdAt": "str",
        "links": "WebhookDeliveryLinks",
    },
)

Credits = TypedDict(
    "Credits",
    {
        "balance": "float",
        "available": "float",
    },
)

CreditEntry = TypedDict(
    "CreditEntry",
    {
        "id": "str",
        "kind": "Literal['grant', 'debit', 'refund']",
        "amount": "float",
        "balance": "float",
        "reason": "Literal['initial_grant', 'granted', 'image_accepted', 'analysis', 'video_frames', 'own_failure', 'canceled']",
        "note": NotRequired["str"],
        "items": "list[str]",
        "at": "str",
    },
)

ApiKey = TypedDict(
    "ApiKey",
    {
        "id": "str",
        "name": "str",
        "scopes": "list[Literal['read', 'write', 'admin']]",
        "createdAt": "str",
        "expiresAt": NotRequired["str"],
    },
)

OneTimeLink = TypedDict(
    "OneTimeLink",
    {
        "token": "str",
        "link": "str",
        "expiresAt": "str",
    },
)

Tokens = TypedDict(
    "Tokens",
    {
        "accessToken": "str",
        "refreshToken": "str",
        "tokenType": "Literal['Bearer']",
        "expiresIn": "int",
    },
)

User = TypedDict(
    "User",
    {
        "id": "str",
        "email": "str",
        "username": "str",
        "role": "Literal['user', 'admin']",
        "disabled": "bool",
        "createdAt": "str",
    },
)

ListImagesAnswer = TypedDict(
    "ListImagesAnswer",
    {
        "items": "list[ListedImage]",
        "next": "Any",
    },
)

UploadImageAnswer = TypedDict(
    "UploadImageAnswer",
    {
        "image": "UploadedImage",
        "jobs": "list[Job]",
    },
)

ListVideosAnswer = TypedDict(
    "ListVideosAnswer",
    {
        "items": "list[ListedVideo]",
        "next": "Any",
    },
)

ListRefusedEntriesAnswerItemsItem = TypedDict(
    "ListRefusedEntriesAnswerItemsItem",
    {
        "name": "str",
        "code": "str",
        "detail": "str",
    },
)

ListRefusedEntriesAnswer = TypedDict(
    "ListRefusedEntriesAnswer",
    {
        "items": "list[ListRefusedEntriesAnswerItemsItem]",
        "next": "Any",
    },
)

ListRefusedEntriesItem = TypedDict(
    "ListRefusedEntriesItem",
    {
        "name": "str",
        "code": "str",
        "detail": "str",
    },
)

ListJobsAnswer = TypedDict(
    "ListJobsAnswer",
    {
        "items": "list[Job]",
        "next": "Any",
    },
)

ListBatchesAnswer = TypedDict(
    "ListBatchesAnswer",
    {
        "items": "list[Batch]",
        "next": "Any",
    },
)

ListBatchJobsAnswer = TypedDict(
    "ListBatchJobsAnswer",
    {
        "items": "list[Job]",
        "next": "Any",
    },
)

ListDatasetsAnswer = TypedDict(
    "ListDatasetsAnswer",
    {
        "items": "list[Dataset]",
        "next": "Any",
    },
)

ListDatasetItemsAnswer = TypedDict(
    "ListDatasetItemsAnswer",
    {
        "items": "list[DatasetItem]",
        "next": "Any",
    },
)

ListModelsAnswer = TypedDict(
    "ListModelsAnswer",
    {
        "items": "list[Model]",
        "next": "Any",
    },
)

ListWebhooksAnswer = TypedDict(
    "ListWebhooksAnswer",
    {
        "items": "list[Webhook]",
        "next": "Any",
    },
)

ListDeliveriesAnswer = TypedDict(
    "ListDeliveriesAnswer",
    {
        "items": "list[WebhookDelivery]",
        "next": "Any",
    },
)

ListCreditEntriesAnswer = TypedDict(
    "ListCreditEntriesAnswer",
    {
        "items": "list[CreditEntry]",
        "next": "Any",
    },
)

ListApiKeysAnswer = TypedDict(
    "ListApiKeysAnswer",
    {
        "items": "list[ApiKey]",
        "next": "Any",
    },
)

CreateApiKeyAnswer = TypedDict(
    "CreateApiKeyAnswer",
    {
        "id": "str",
        "name": "str",
        "scopes": "list[Literal['read', 'write', 'admin']]",
        "createdAt": "str",
        "expiresAt": NotRequired["str"],
        "key": "str",
    },
)

ListUsersAnswer = TypedDict(
    "ListUsersAnswer",
    {
        "items": "list[User]",
        "next": "Any",
    },
)

JwksAnswer = TypedDict(
    "JwksAnswer",
    {
        "keys": "list[dict[str, Any]]",
    },
)

HealthAnswer = TypedDict(
    "HealthAnswer",
    {
        "status": "Literal['ok']",
    },
)
