import { beforeEach, expect, it } from 'vitest';
import { AnalysisOptions } from '../../../../core/contracts/analysis-options.ts';
import type { FrameDocument, VideoResultDocument } from '../../../../core/contracts/video-result.ts';
import {
  type AnalyzeSegmentPorts,
  analyzeSegment,
} from '../../../../core/domain/analysis/analyze-segment.ts';
import type { SegmentOutcome } from '../../../../core/domain/analysis/segment-outcome.ts';
import type { Job, JobFailure } from '../../../../core/domain/entities/job.ts';
import { UnusableVideoError, type Video } from '../../../../core/domain/entities/video.ts';

const model = { id: 'food', version: '1', sha256: 'm' };
const video: Video = {
  id: 'video-1',
  userId: 'usr_1',
  sha256: 'v',
  filename: 'a.mp4',
  sizeBytes: 9,
  width: 10,
  height: 10,
  durationSeconds: 5,
  frameRate: 25,
  contentType: 'video/mp4',
  uploadedAt: '2026-01-01T00:00:00.000Z',
  modifiedAt: '2026-01-01T00:00:00.000Z',
};
const options = AnalysisOptions.parse({});
const { signal } = new AbortController();
const middle = { lastDelivery: false, signal };
const segment = (index: number) => ({ jobId: 'job_1', segment: index });

/** A video of five frames in segments of two; frame n shows n apples. */
function createWorld() {
  const world = {
    job: {
      id: 'job_1',
      userId: 'usr_1',
      mediaId: 'video-1',
      model,
      options,
      status: 'running',
      video: { framesPerSecond: 1, segmentFrames: 2, segmentCount: 3, frameCount: 5 },
      segmentsDone: 0,
      createdAt: '2026-01-01T00:00:00.000Z',
      attempts: 1,
    } as Job,
    outcomes: new Map<number, SegmentOutcome>(),
    objects: new Map<string, string>(),
    result: undefined as VideoResultDocument | undefined,
    failure: undefined as JobFailure | undefined,
    analysed: 0,
    frameError: undefined as Error | undefined,
  };
  const ports: AnalyzeSegmentPorts = {
    jobs: {
      find: async () => world.job,
      succeedVideo: async (_, document) => {
        if (world.job.status !== 'running') return false;
        world.job = { ...world.job, status: 'succeeded' };
        world.result = document;
        return true;
      },
      fail: async (_, failure) => {
        world.failure = failure;
        return true;
      },
    },
    segments: {
      has: async (_, index) => world.outcomes.has(index),
      add: async (_, outcome) => {
        world.outcomes.set(outcome.segment, outcome);
        world.job = { ...world.job, segmentsDone: world.outcomes.size };
      },
      list: async () => [...world.outcomes.values()].sort((a, b) => a.segment - b.segment),
    },
    videos: { find: async () => video },
    objects: {
      putPieces: async (key, pieces) => {
        let text = '';
        for await (const piece of pieces) text += Buffer.from(piece).toString();
        world.objects.set(key, text);
      },
      async *read(key) {
        yield Buffer.from(world.objects.get(key) ?? expect.fail(`no ${key}`));
      },
      remove: async (key) => void world.objects.delete(key),
    },
    async *readFrames(_, { startSeconds, endSeconds }) {
      for (let timeSeconds = startSeconds; timeSeconds < endSeconds; timeSeconds += 1) {
        yield { timeSeconds, pixels: new Uint8Array() };
      }
    },
    analyzeFrame: async (_job, _video, { timeSeconds }) => {
      if (world.frameError !== undefined) throw world.frameError;
      world.analysed += 1;
      const apples = { class: 'apple', count: timeSeconds, pixels: timeSeconds, share: 0, cm2: null };
      const summary = timeSeconds === 0 ? [] : [apples];
      return { timeSeconds, video, model, options, detections: [], summary } as unknown as FrameDocument;
    },
  };
  return { world, ports };
}

let { world, ports } = createWorld();
beforeEach(() => {
  ({ world, ports } = createWorld());
});

it('merges the segments with the last of them, in whatever order they came', async () => {
  expect(await analyzeSegment(segment(2), middle, ports)).toBe('analysed');
  expect(await analyzeSegment(segment(0), middle, ports)).toBe('analysed');
  expect(await analyzeSegment(segment(1), middle, ports)).toBe('succeeded');
  expect(world.result).toMatchObject({
    frames: { count: 5, url: '/v1/jobs/job_1/frames' },
    timeline: [{ class: 'apple', maxCount: 4, ranges: [[1, 4]] }],
    summary: [{ class: 'apple', count: 4 }],
  });
  expect([...world.objects.keys()]).toEqual(['results/job_1.jsonl']);
  const lines = world.objects.get('results/job_1.jsonl')?.trim().split('\n') ?? [];
  expect(lines.map((line) => JSON.parse(line).timeSeconds)).toEqual([0, 1, 2, 3, 4]);
});

it('analyses a segment once, and does what a worker that died left to do', async () => {
  await analyzeSegment(segment(0), middle, ports);
  await analyzeSegment(segment(0), middle, ports);
  expect(world.analysed).toBe(2);
  await analyzeSegment(segment(1), middle, ports);
  const { succeedVideo } = ports.jobs;
  ports.jobs.succeedVideo = () => Promise.reject(new Error('no connection'));
  await expect(analyzeSegment(segment(2), middle, ports)).rejects.toThrow('no connection');
  ports.jobs.succeedVideo = succeedVideo;
  expect(await analyzeSegment(segment(2), middle, ports)).toBe('succeeded');
  expect(world.analysed).toBe(5);
});

it('leaves a job alone that is canceled', async () => {
  world.job = { ...world.job, status: 'canceled' };
  expect(await analyzeSegment(segment(0), middle, ports)).toBe('skipped');
  expect(world.analysed).toBe(0);
});

it('ends the job where the video is at fault', async () => {
  world.frameError = new UnusableVideoError('damaged_video', 'It is cut off.');
  expect(await analyzeSegment(segment(0), middle, ports)).toBe('failed');
  expect(world.failure).toEqual({ code: 'damaged_video', detail: 'It is cut off.' });
});

it('is tried again where anything else is, and ends the job at last', async () => {
  world.frameError = new Error('out of memory');
  await expect(analyzeSegment(segment(0), middle, ports)).rejects.toThrow('out of memory');
  expect(world.failure).toBeUndefined();
  await expect(analyzeSegment(segment(0), { lastDelivery: true, signal }, ports)).rejects.toThrow(
    'out of memory',
  );
  expect(world.failure).toMatchObject({ code: 'analysis_failed' });
});

it('stops between frames where a segment takes longer than it may, and ends the job', async () => {
  const limit = new AbortController();
  const { analyzeFrame } = ports;
  const slow: AnalyzeSegmentPorts['analyzeFrame'] = (...given) => {
    limit.abort();
    return analyzeFrame(...given);
  };
  const delivery = { ...middle, signal: limit.signal };
  expect(await analyzeSegment(segment(0), delivery, { ...ports, analyzeFrame: slow })).toBe('failed');
  expect(world.failure).toMatchObject({ code: 'analysis_timed_out' });
  expect(world.analysed).toBe(1);
});

it('leaves no segment of a job that is erased meanwhile', async () => {
  const { add } = ports.segments;
  let isErased = false;
  const jobs = { ...ports.jobs, find: async () => (isErased ? undefined : world.job) };
  const erasing: typeof add = async (...given) => {
    isErased = true;
    await add(...given);
  };
  await analyzeSegment(segment(0), middle, { ...ports, jobs, segments: { ...ports.segments, add: erasing } });
  expect([...world.objects.keys()]).toEqual([]);
});

it.each(['succeeded', 'failed', 'canceled'] as const)(
  'leaves no segment of a job that has %s meanwhile',
  async (status) => {
    const { add } = ports.segments;
    const ending: typeof add = async () => {
      world.job = { ...world.job, status };
    };
    await analyzeSegment(segment(0), middle, { ...ports, segments: { ...ports.segments, add: ending } });
    expect([...world.objects.keys()]).toEqual([]);
  },
);

it('leaves no result of a job that is erased while its segments are merged', async () => {
  await analyzeSegment(segment(0), middle, ports);
  await analyzeSegment(segment(1), middle, ports);
  let isErased = false;
  const jobs = {
    ...ports.jobs,
    find: async () => (isErased ? undefined : world.job),
    succeedVideo: async () => {
      isErased = true;
      world.objects.set('results/job_1.json', '');
      return false;
    },
  };
  expect(await analyzeSegment(segment(2), middle, { ...ports, jobs })).toBe('analysed');
  // Segments go by the erasure, or by the next delivery of their messages.
  expect([...world.objects.keys()].filter((key) => !/\/\d\.jsonl$/.test(key))).toEqual([]);
});

it('removes what workers have left that died after they had written it, once the job has ended or is gone', async () => {
  const segmentKeys = [0, 1, 2].map((index) => `results/job_1/${index}.jsonl`);
  const leftAfter = async (changes: { job?: Partial<Job>; isGone?: boolean }) => {
    const { world, ports } = createWorld();
    world.job = { ...world.job, ...changes.job };
    for (const key of [...segmentKeys, 'results/job_1.json']) world.objects.set(key, '');
    const find = async () => (changes.isGone === true ? undefined : world.job);
    await analyzeSegment(segment(1), middle, { ...ports, jobs: { ...ports.jobs, find } });
    return [...world.objects.keys()];
  };
  expect(await leftAfter({ job: { status: 'succeeded' } })).toEqual(['results/job_1.json']);
  expect(await leftAfter({ job: { status: 'canceled' } })).toEqual([segmentKeys[0], segmentKeys[2]]);
  expect(await leftAfter({ isGone: true })).toEqual([segmentKeys[0], segmentKeys[2]]);
  expect(await leftAfter({ job: { status: 'queued' } })).toHaveLength(4);
});
