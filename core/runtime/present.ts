import type { ImageBody, ListedImageBody, UploadedImageBody } from '../contracts/http/images.ts';
import type { JobBody } from '../contracts/http/jobs.ts';
import type { ModelBody, ModelVersionBody } from '../contracts/http/models.ts';
import { REFUSED_SHOWN, type UploadBody } from '../contracts/http/uploads.ts';
import { toCredits } from '../domain/entities/credits.ts';
import type { Image } from '../domain/entities/image.ts';
import { analyzedMedia, isFinished, type Job, jobLinks, modelReference } from '../domain/entities/job.ts';
import type { RegisteredModel } from '../domain/entities/model.ts';
import type { Upload } from '../domain/entities/upload.ts';

/** What clients see of a job. */
export function presentJob(job: Job): JobBody {
  const { id, video, segmentsDone = 0, status } = job;
  return {
    id,
    ...analyzedMedia(job),
    ...(video !== undefined && { framesPerSecond: video.framesPerSecond }),
    model: modelReference(job.model),
    options: job.options,
    device: job.model.device ?? 'cpu',
    status,
    progress: isFinished(status) ? 1 : segmentsDone / (video?.segmentCount ?? 1),
    error: job.error,
    summary: job.summary,
    ...(job.batch !== undefined && { batch: job.batch.id }),
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    finishedAt: job.finishedAt,
    attempts: job.attempts,
    links: jobLinks(job),
  };
}

/** What clients see of an image. */
export function presentImage(
  image: Image,
  { jobs, datasets }: { jobs: readonly Job[]; datasets: readonly string[] },
): ImageBody {
  return { ...presentUploadedImage(image, datasets), jobs: jobs.map(presentJob) };
}

/** What clients see of an image whose jobs stand beside it. */
export const presentUploadedImage = (image: Image, datasets: readonly string[]): UploadedImageBody => ({
  ...presentListedImage(image),
  datasets: [...datasets],
});

/** What lists show of an image. */
export function presentListedImage(image: Image): ListedImageBody {
  const { id, sha256, filename, width, height, sizeBytes, originalSizeBytes, contentType } = image;
  const { cost = 0, expiresAt } = image;
  return {
    id,
    sha256,
    filename,
    width,
    height,
    sizeBytes,
    originalSizeBytes,
    contentType,
    cost,
    uploadedAt: image.uploadedAt,
    modifiedAt: image.modifiedAt,
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** What clients see of an upload. */
export function presentUpload(upload: Upload): UploadBody {
  const { entries } = upload;
  const done = entries?.done ?? upload.images.length + upload.videos.length;
  const refused = entries?.refused ?? upload.refused.length;
  return {
    id: upload.id,
    kind: upload.kind,
    status: upload.status,
    progress: { done, refused, total: entries?.total ?? 1 },
    cost: toCredits(upload.cost ?? 0),
    images: [...upload.images],
    videos: [...upload.videos],
    ...(entries !== undefined && upload.batch !== undefined && { batch: upload.batch }),
    refused: upload.refused.slice(0, REFUSED_SHOWN),
  };
}

/** Model versions, gathered under their model. */
export function presentModels(models: readonly RegisteredModel[]): ModelBody[] {
  const byId = Map.groupBy(models, (model) => model.id);
  return [...byId].map(([id, versions]) => ({ id, versions: versions.map(presentModelVersion) }));
}

/** What clients see of one version. */
export function presentModelVersion(model: RegisteredModel): ModelVersionBody {
  const { version, family, task, classes, inputSize, licence, sha256, status, refusal } = model;
  const { preprocessing, outputs, defaults, device } = model;
  return {
    version,
    family,
    task,
    classes,
    inputSize,
    licence,
    sha256,
    ...(preprocessing !== undefined && { preprocessing }),
    ...(outputs !== undefined && { outputs }),
    ...(defaults !== undefined && { defaults }),
    ...(device !== undefined && { device }),
    status,
    ...(refusal !== undefined && { refusal }),
    registeredAt: model.registeredAt,
  };
}
