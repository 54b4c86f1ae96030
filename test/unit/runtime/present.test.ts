import { describe, expect, it } from 'vitest';
import { AnalysisOptions } from '../../../core/contracts/analysis-options.ts';
import type { ApiKey } from '../../../core/domain/entities/api-key.ts';
import type { Batch } from '../../../core/domain/entities/batch.ts';
import type { BalancedEntry } from '../../../core/domain/entities/credits.ts';
import type { Dataset, DatasetItem } from '../../../core/domain/entities/dataset.ts';
import type { Delivery } from '../../../core/domain/entities/delivery.ts';
import type { Image } from '../../../core/domain/entities/image.ts';
import type { RegisteredModel } from '../../../core/domain/entities/model.ts';
import type { Upload } from '../../../core/domain/entities/upload.ts';
import type { User } from '../../../core/domain/entities/user.ts';
import type { Video } from '../../../core/domain/entities/video.ts';
import type { Webhook } from '../../../core/domain/entities/webhook.ts';
import {
  presentImage,
  presentJob,
  presentListedImage,
  presentModels,
  presentModelVersion,
  presentUpload,
} from '../../../core/runtime/present.ts';
import { presentBatch } from '../../../core/runtime/present-batch.ts';
import { presentCreditEntry, presentCredits } from '../../../core/runtime/present-credits.ts';
import { presentDataset, presentDatasetItem } from '../../../core/runtime/present-dataset.ts';
import { presentApiKey, presentUser } from '../../../core/runtime/present-user.ts';
import { presentListedVideo, presentVideo } from '../../../core/runtime/present-video.ts';
import { presentDelivery, presentWebhook } from '../../../core/runtime/present-webhook.ts';
import { newJob } from '../../helpers/new-job.ts';

/** A field that the entities may get one day, which nobody has decided to show. */
const NEW_FIELD = { internalNote: 'for our eyes only' };
const AT = '2026-01-01T00:00:00.000Z';
const OWNED = { id: 'id', userId: 'usr_1', createdAt: AT, modifiedAt: AT, ...NEW_FIELD };

const job = { ...newJob('usr_1', { batch: { id: 'bat_1', shard: 3 }, resultOf: 'job_0' }), ...NEW_FIELD };
const videoJob = { ...job, video: { framesPerSecond: 1, segmentCount: 1 } } as unknown as typeof job;
const image: Image = {
  ...OWNED,
  sha256: 'f',
  filename: 'a.jpg',
  width: 1,
  height: 1,
  sizeBytes: 1,
  originalSizeBytes: 1,
  contentType: 'image/jpeg',
  uploadedAt: AT,
};
const video: Video = {
  ...OWNED,
  sha256: 'f',
  filename: 'a.mp4',
  width: 1,
  height: 1,
  sizeBytes: 1,
  durationSeconds: 1,
  frameRate: 1,
  contentType: 'video/mp4',
  uploadedAt: AT,
};
const upload: Upload = {
  ...OWNED,
  kind: 'image',
  filename: 'a.jpg',
  keep: 'compressed',
  options: AnalysisOptions.parse({}),
  framesPerSecond: 1,
  mediaId: 'id',
  jobs: [],
  status: 'done',
  images: [],
  videos: [],
  refused: [],
  expiresAt: AT,
};
const model: RegisteredModel = {
  ...OWNED,
  version: '1',
  family: 'yolov8',
  task: 'segment',
  classes: ['a'],
  licence: 'MIT',
  sha256: 'f',
  status: 'available',
  registeredAt: AT,
} as unknown as RegisteredModel;
const batch = { ...OWNED, models: [], options: AnalysisOptions.parse({}), jobCount: 0 } as unknown as Batch;
const counts = { queued: 0, running: 0, succeeded: 0, failed: 0, canceled: 0 };
const entry: BalancedEntry = {
  ...OWNED,
  kind: 'debit',
  amount: 1,
  balance: 1,
  reason: 'upload',
  items: [],
  at: AT,
} as unknown as BalancedEntry;
const dataset: Dataset = { ...OWNED, name: 'a', tags: [], imageCount: 0, videoCount: 0, cost: 0 };
const datasetItem: DatasetItem = {
  ...NEW_FIELD,
  datasetId: 'ds_1',
  userId: 'usr_1',
  type: 'image',
  itemId: 'id',
  cost: 0,
  addedAt: AT,
};
const user: User = {
  ...OWNED,
  email: 'a@example.org',
  username: 'a',
  role: 'user',
  disabled: false,
};
const apiKey: ApiKey = { ...OWNED, name: 'a', scopes: ['read'], hash: 'hash' };
const webhook: Webhook = {
  ...OWNED,
  url: 'https://example.org',
  events: ['job.*'],
  status: 'enabled',
  secrets: [{ sealed: 'sealed' }],
};
const delivery: Delivery = {
  ...OWNED,
  webhookId: 'whk_1',
  eventId: 'evt_1',
  type: 'job.failed',
  body: '{}',
  status: 'pending',
  attempts: [{ at: AT, durationMs: 1, answer: '', ...NEW_FIELD }],
  earlierAttempts: 0,
  dueAt: AT,
};

const attached = { jobs: [job], datasets: [] };
const PRESENTED: Record<string, () => object> = {
  job: () => presentJob(job),
  image: () => presentImage(image, attached),
  'listed image': () => presentListedImage(image),
  video: () => presentVideo(video, attached),
  'listed video': () => presentListedVideo(video),
  upload: () => presentUpload(upload),
  models: () => presentModels([model]),
  'model version': () => presentModelVersion(model),
  batch: () => presentBatch({ batch, counts }),
  credits: () => presentCredits({ balance: 1, available: 1, ...NEW_FIELD } as never),
  'credit entry': () => presentCreditEntry(entry),
  dataset: () => presentDataset(dataset),
  'dataset item': () => presentDatasetItem(datasetItem),
  user: () => presentUser(user),
  'API key': () => presentApiKey(apiKey),
  webhook: () => presentWebhook(webhook),
  delivery: () => presentDelivery(delivery),
};

describe('clients', () => {
  it.each(Object.keys(PRESENTED))('see of a %s only what is meant for them', (name) => {
    const shown = JSON.stringify(PRESENTED[name]?.());
    expect(shown).not.toBe('{}');
    for (const hidden of ['internalNote', 'userId', 'hash', 'secrets', 'sealed', 'shard', 'resultOf']) {
      expect(shown).not.toContain(`"${hidden}"`);
    }
  });

  it('see what a job analyses under its own name', () => {
    const pass = { framesPerSecond: 2, segmentFrames: 10, segmentCount: 4, frameCount: 40 };
    expect(presentJob(job)).toMatchObject({ image: job.mediaId, batch: 'bat_1' });
    expect(presentJob(job)).not.toHaveProperty('video');
    const ofVideo = presentJob({ ...job, video: pass, segmentsDone: 1, status: 'running' });
    expect(ofVideo).toMatchObject({ video: job.mediaId, framesPerSecond: 2, progress: 0.25 });
    expect(ofVideo).not.toHaveProperty('image');
  });
});

it('leads to the overlay of an image and to the frames of a video, each of which the other has not', () => {
  expect(Object.keys(presentJob(job).links)).toEqual(['self', 'result', 'overlay']);
  expect(Object.keys(presentJob(videoJob).links)).toEqual(['self', 'result', 'frames']);
});
