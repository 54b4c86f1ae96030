import { describe, expect, it } from 'vitest';
import { AnalysisOptions } from '../../../../core/contracts/analysis-options.ts';
import type { Device } from '../../../../core/contracts/device.ts';
import { applyDefaults } from '../../../../core/domain/analysis/apply-defaults.ts';
import { chooseDevices, GpuUnavailableError } from '../../../../core/domain/analysis/choose-devices.ts';
import { createBatch } from '../../../../core/domain/batches/create-batch.ts';
import type { RequestOrigin } from '../../../../core/domain/entities/ids.ts';
import { analysisMessageOf, planJobs, queuedJobs } from '../../../../core/domain/entities/job.ts';
import { analysisFingerprint } from '../../../../core/domain/media/result-cache.ts';
import { uploadImage } from '../../../../core/domain/media/upload-image.ts';
import { createMediaWorld, MODEL, OPTIONS } from '../../../helpers/memory-table/media-world.ts';

const origin: RequestOrigin = { id: 'a request', isRepeat: false };
const chosen = (models: readonly (typeof MODEL & { device?: Device })[], options: Partial<AnalysisOptions>) =>
  chooseDevices(models, options, { hasGpu: true }).map(({ device }) => device);
const on = (device: Device) => ({ ...MODEL, device });

it('lets a job say where it runs, then its model, and runs everything else on Lambda', () => {
  expect(chosen([MODEL, on('gpu'), on('cpu')], {})).toEqual(['cpu', 'gpu', 'cpu']);
  expect(chosen([MODEL, on('gpu'), on('cpu')], { device: 'gpu' })).toEqual(['gpu', 'gpu', 'gpu']);
  expect(chosen([MODEL, on('gpu'), on('cpu')], { device: 'cpu' })).toEqual(['cpu', 'cpu', 'cpu']);
});

it('refuses a GPU where there is none, whoever asks for it, and names the way out', () => {
  const choose = (model: typeof MODEL, options: Partial<AnalysisOptions>) => () =>
    chooseDevices([model], options, { hasGpu: false });
  expect(choose(MODEL, { device: 'gpu' })).toThrow(GpuUnavailableError);
  expect(choose(on('gpu'), {})).toThrow('Say "device": "cpu" in the options');
  expect(choose(on('gpu'), { device: 'cpu' })()).toMatchObject([{ device: 'cpu' }]);
});

describe('a job', () => {
  const image = { id: 'image', userId: 'usr_1', width: 4, height: 3 };
  const terms = { options: OPTIONS, now: new Date() };
  const planned = planJobs([on('gpu')], origin);

  it('keeps its device in its record, and its message goes to that queue', () => {
    const jobs = queuedJobs(planned, image, terms);
    expect(jobs.map(({ model }) => model)).toEqual([{ id: MODEL.id, version: MODEL.version, device: 'gpu' }]);
    expect(jobs.map(analysisMessageOf)).toEqual([{ jobId: planned[0]?.id, mediaId: 'image', device: 'gpu' }]);
  });

  it('of a video runs on Lambda', () => {
    const video = { framesPerSecond: 1, frameCount: 2, segmentCount: 1, segmentFrames: 2 };
    const jobs = queuedJobs(planned, image, { ...terms, video });
    expect(jobs.map(analysisMessageOf)).toMatchObject([{ device: 'cpu' }]);
  });
});

it('makes no other result: neither the document nor the cache knows of it', () => {
  const options = AnalysisOptions.parse({ device: 'gpu' });
  expect(applyDefaults(options, {})).not.toHaveProperty('device');
  expect(analysisFingerprint({ model: MODEL, options })).toBe(
    analysisFingerprint({ model: MODEL, options: AnalysisOptions.parse({}) }),
  );
});

it('is judged before anything is stored or charged', async () => {
  const world = createMediaWorld();
  const ports = {
    ...world.ports,
    images: world.images,
    jobs: world.jobs,
    datasets: world.datasets,
    analysisQueue: world.analysisQueue,
    openJobLimit: 10,
    hasGpu: false,
    models: { list: async () => [{ ...on('gpu'), status: 'available', registeredAt: '' }] } as never,
  };
  const principal = { userId: 'usr_1', role: 'user', scopes: ['write'] } as const;
  const context = { principal, origin, prefetched: { openJobs: 0, credits: undefined } } as never;
  const image = {
    bytes: new Uint8Array([1]),
    filename: 'a.jpg',
    models: ['food'],
    keep: 'original',
  } as const;
  await expect(uploadImage({ ...image, options: OPTIONS }, context, ports)).rejects.toThrow(
    GpuUnavailableError,
  );
  await expect(
    createBatch({ images: ['x'], models: ['food'] } as never, context, ports as never),
  ).rejects.toThrow(GpuUnavailableError);
  expect(world.counts.puts).toBe(0);
  expect(world.memory.items.size).toBe(0);
});
