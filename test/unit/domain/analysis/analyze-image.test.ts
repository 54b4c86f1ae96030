import { expect, it } from 'vitest';
import { AnalysisOptions } from '../../../../core/contracts/analysis-options.ts';
import type { AnalysisMessage } from '../../../../core/contracts/messages.ts';
import type { ResultDocument } from '../../../../core/contracts/result-document.ts';
import { type AnalyzeImagePorts, analyzeImage } from '../../../../core/domain/analysis/analyze-image.ts';
import { UnusableImageError } from '../../../../core/domain/entities/errors.ts';
import type { Image } from '../../../../core/domain/entities/image.ts';
import type { Job, JobFailure } from '../../../../core/domain/entities/job.ts';

const job: Job = {
  id: 'job_1',
  userId: 'usr_1',
  mediaId: 'image-1',
  model: { id: 'food', version: '1' },
  options: AnalysisOptions.parse({}),
  status: 'running',
  createdAt: '2026-01-01T00:00:00.000Z',
  attempts: 1,
};
const document = { detections: [] } as unknown as ResultDocument;

function createPorts(changes: Partial<AnalyzeImagePorts> = {}) {
  const failures: JobFailure[] = [];
  const ports: AnalyzeImagePorts = {
    jobs: {
      find: async () => job,
      claim: async () => job,
      succeed: async () => true,
      fail: async (_, failure) => {
        failures.push(failure);
        return true;
      },
    },
    images: { find: async (id) => ({ id }) as Image },
    segmentQueue: { send: async () => {} },
    objects: { get: async () => new Uint8Array(), remove: async () => {} },
    analyze: async () => document,
    ...changes,
  };
  return { ports, failures };
}

const { signal } = new AbortController();
const first = { lastDelivery: false, signal };

it('stores what the model found', async () => {
  const stored: ResultDocument[] = [];
  const { ports } = createPorts();
  const outcome = await analyzeImage({ jobId: 'job_1' }, first, {
    ...ports,
    jobs: { ...ports.jobs, succeed: async (_, result) => Boolean(stored.push(result)) },
  });
  expect(outcome).toBe('succeeded');
  expect(stored).toEqual([document]);
});

it('takes the image that was read with the job, and reads it where none was', async () => {
  const analyzed: string[] = [];
  const { ports } = createPorts({
    images: { find: async () => ({ id: 'read alone' }) as Image },
    analyze: async (_, image) => {
      analyzed.push(image.id);
      return document;
    },
  });
  const claim = async ({ mediaId }: AnalysisMessage) => ({
    ...job,
    ...(mediaId !== undefined && { image: { id: mediaId } as Image }),
  });
  const jobs = { ...ports.jobs, claim };
  await analyzeImage({ jobId: 'job_1', mediaId: 'image-1' }, first, { ...ports, jobs });
  await analyzeImage({ jobId: 'job_1' }, first, { ...ports, jobs });
  expect(analyzed).toEqual(['image-1', 'read alone']);
});

it('tells that the image is gone, where only the message knew of it', async () => {
  const { ports, failures } = createPorts({
    images: { find: async () => undefined },
    objects: { get: () => Promise.reject(new Error('no such key')), remove: async () => {} },
    analyze: async (_job, _image, bytes) => {
      await bytes;
      return document;
    },
  });
  const claim = async () => ({ ...job, image: { id: 'image-1', sha256: 'a' } });
  const jobs = { ...ports.jobs, claim };
  expect(await analyzeImage({ jobId: 'job_1' }, first, { ...ports, jobs })).toBe('failed');
  expect(failures).toMatchObject([{ code: 'image_gone' }]);
});

it('does nothing for a job that is finished, canceled or unknown', async () => {
  const { ports } = createPorts();
  const outcome = await analyzeImage({ jobId: 'job_1' }, first, {
    ...ports,
    jobs: { ...ports.jobs, claim: async () => undefined },
    analyze: () => Promise.reject(new Error('must not run')),
  });
  expect(outcome).toBe('skipped');
});

it('drops its result where the job was ended or taken over meanwhile', async () => {
  const { ports } = createPorts();
  const jobs = { ...ports.jobs, succeed: async () => false };
  expect(await analyzeImage({ jobId: 'job_1' }, first, { ...ports, jobs })).toBe('superseded');
});

it('lets the model be loaded while the image is on its way', async () => {
  const events: string[] = [];
  const arrived = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
  const { ports } = createPorts({
    objects: { get: () => arrived.promise, remove: async () => {} },
    analyze: async (_job, _image, bytes) => {
      events.push('model loaded');
      arrived.resolve(new Uint8Array([7]));
      events.push(`image of ${(await bytes).length} byte`);
      return document;
    },
  });
  expect(await analyzeImage({ jobId: 'job_1' }, first, ports)).toBe('succeeded');
  expect(events).toEqual(['model loaded', 'image of 1 byte']);
});

it('tells what the analysis fails of, where the image fails to come besides', async () => {
  const { ports, failures } = createPorts({
    objects: { get: () => Promise.reject(new Error('no such key')), remove: async () => {} },
    analyze: () => Promise.reject(new UnusableImageError('damaged_image', 'The image is damaged.')),
  });
  expect(await analyzeImage({ jobId: 'job_1' }, first, ports)).toBe('failed');
  expect(failures[0]?.code).toBe('damaged_image');
});

it('fails the job at once where the input is at fault', async () => {
  const { ports, failures } = createPorts({
    analyze: () => Promise.reject(new UnusableImageError('damaged_image', 'The image is damaged.')),
  });
  expect(await analyzeImage({ jobId: 'job_1' }, first, ports)).toBe('failed');
  expect(failures).toEqual([{ code: 'damaged_image', detail: 'The image is damaged.' }]);
});

it('fails the job where the image has been deleted', async () => {
  const { ports, failures } = createPorts({ images: { find: async () => undefined } });
  expect(await analyzeImage({ jobId: 'job_1' }, first, ports)).toBe('failed');
  expect(failures[0]?.code).toBe('image_gone');
});

it('leaves other failures to the queue until the last delivery, which ends the job', async () => {
  const { ports, failures } = createPorts({ analyze: () => Promise.reject(new Error('out of memory')) });
  await expect(analyzeImage({ jobId: 'job_1' }, first, ports)).rejects.toThrow('out of memory');
  expect(failures).toEqual([]);
  await expect(analyzeImage({ jobId: 'job_1' }, { lastDelivery: true, signal }, ports)).rejects.toThrow(
    'out of memory',
  );
  expect(failures[0]?.code).toBe('analysis_failed');
  expect(failures[0]?.detail).not.toContain('memory');
});

it('ends the job with a code of its own where the analysis hangs longer than it may', async () => {
  const limit = new AbortController();
  const { ports, failures } = createPorts({
    analyze: () => {
      limit.abort();
      return new Promise(() => {});
    },
  });
  expect(await analyzeImage({ jobId: 'job_1' }, { ...first, signal: limit.signal }, ports)).toBe('failed');
  expect(failures).toMatchObject([{ code: 'analysis_timed_out' }]);
});

it('removes what it wrote for a job that is gone, and nothing of one that another attempt has ended', async () => {
  const removed: string[] = [];
  const { ports } = createPorts();
  const objects = { ...ports.objects, remove: async (key: string) => void removed.push(key) };
  const jobs = { ...ports.jobs, succeed: async () => false };
  await analyzeImage({ jobId: 'job_1' }, first, { ...ports, objects, jobs });
  expect(removed).toEqual([]);
  const gone = { ...jobs, find: async () => undefined };
  await analyzeImage({ jobId: 'job_1' }, first, { ...ports, objects, jobs: gone });
  expect(removed).toEqual(['results/job_1.json']);
});

it('removes what an attempt has left that died over it, where the job is gone or has ended without a result', async () => {
  const removedFor = async (known: Job | undefined) => {
    const removed: string[] = [];
    const { ports } = createPorts();
    const jobs = { ...ports.jobs, claim: async () => undefined, find: async () => known };
    const objects = { ...ports.objects, remove: async (key: string) => void removed.push(key) };
    await analyzeImage({ jobId: 'job_1' }, first, { ...ports, objects, jobs });
    return removed;
  };
  for (const left of [
    undefined,
    { ...job, status: 'canceled' } as const,
    { ...job, status: 'failed' } as const,
  ]) {
    expect(await removedFor(left)).toEqual(['results/job_1.json']);
  }
  expect(await removedFor({ ...job, status: 'succeeded' })).toEqual([]);
  expect(await removedFor({ ...job, status: 'queued' })).toEqual([]);
});
