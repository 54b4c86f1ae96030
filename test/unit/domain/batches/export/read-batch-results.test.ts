import { afterEach, expect, it, vi } from 'vitest';
import type { BatchExportMessage } from '../../../../../core/contracts/messages.ts';
import type { ResultDocument } from '../../../../../core/contracts/result-document.ts';
import { readBatchResults } from '../../../../../core/domain/batches/export/read-batch-results.ts';
import { writeExport } from '../../../../../core/domain/batches/export/write-export.ts';
import type { Image } from '../../../../../core/domain/entities/image.ts';
import { createBatchWorld } from '../../../../helpers/memory-table/batch-world.ts';
import { OPTIONS } from '../../../../helpers/memory-table/media-world.ts';

const principal = { userId: 'usr_1', scopes: ['read'] } as const;
const DOCUMENT = { model: { id: 'food', version: '1' }, options: OPTIONS, summary: [], detections: [] };
const MINUTE_MS = 60_000;

afterEach(() => vi.useRealTimers());

/** A batch of finished jobs, whose results are objects of `bytesEach` by their records. */
async function createWorld(jobCount: number, bytesEach: number) {
  const world = createBatchWorld();
  const batch = await world.plan(jobCount);
  await world.process(batch);
  for (const { id } of await world.jobsOf(batch)) {
    const job = await world.worker.claim({ jobId: id });
    if (job !== undefined) await world.worker.succeed(job, DOCUMENT as unknown as ResultDocument);
  }
  const files = new Set<string>();
  const loaded: string[] = [];
  /** What comes in the way of the file's writing. */
  let trouble: (() => Promise<unknown>) | undefined;
  const ports = {
    ...world.ports,
    images: {
      findOwn: async (ids: readonly string[]) =>
        new Map(ids.map((id) => [id, { id, filename: 'a.jpg' } as Image])),
    },
    videos: { findOwn: async () => new Map() },
    results: {
      findAll: async (ids: readonly string[]) =>
        new Map(ids.map((key) => [key, { key, sizeBytes: bytesEach }])),
    },
    objects: {
      has: async (key: string) => files.has(key),
      get: async (key: string) => {
        loaded.push(key);
        return Buffer.from(JSON.stringify(DOCUMENT));
      },
      async *read() {},
      putPieces: async (key: string, pieces: AsyncIterable<unknown>) => {
        for await (const _ of pieces);
        await trouble?.();
        files.add(key);
      },
    },
  };
  return {
    files,
    loaded,
    exports: world.told as BatchExportMessage[],
    ask: async (format: 'jsonl' | 'csv' = 'jsonl') => {
      const prefetched = { batch: await world.batches.find(batch.id) };
      return readBatchResults(batch.id, format, { principal, prefetched }, ports);
    },
    trouble: (act: typeof trouble) => {
      trouble = act;
    },
    write: (message: BatchExportMessage | undefined, signal = new AbortController().signal) =>
      writeExport(message ?? expect.fail('nothing was asked for'), signal, ports),
  };
}

it('a few small results are written while the request waits', async () => {
  const { ask, files, exports } = await createWorld(20, 20_000);
  const key = await ask();
  expect([...files]).toEqual([key]);
  expect(exports).toEqual([]);
});

it('a few large results are written in the background, once, however often they are asked for', async () => {
  const { ask, write, files, loaded, exports } = await createWorld(20, 1_700_000);
  for (let times = 0; times < 3; times += 1) expect(await ask()).toBeUndefined();
  expect({ files: files.size, loaded: loaded.length, exports: exports.length }).toEqual({
    files: 0,
    loaded: 0,
    exports: 1,
  });
  expect(await write(exports[0])).toBe('done');
  expect([...files]).toEqual([await ask()]);
});

it('who asks for two formats in turn has each written once', async () => {
  const { ask, exports } = await createWorld(20, 1_700_000);
  for (let times = 0; times < 3; times += 1) {
    await ask('jsonl');
    await ask('csv');
  }
  expect(exports.map(({ format }) => format)).toEqual(['jsonl', 'csv']);
});

it('files that are asked for in the same moment are each written once', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { ask, write, files, exports } = await createWorld(20, 1_700_000);
  await Promise.all([ask('jsonl'), ask('csv'), ask('csv')]);
  for (const format of ['jsonl', 'csv'] as const) await ask(format);
  expect(exports.map(({ format }) => format).sort()).toEqual(['csv', 'jsonl']);
  expect(await Promise.all(exports.map((each) => write(each)))).toEqual(['done', 'done']);
  expect([...files].sort()).toEqual([await ask('jsonl'), await ask('csv')].sort());
});

it('what cannot be written in time leaves no file, and is told as failed', async () => {
  const { ask, write, files, exports } = await createWorld(20, 1_700_000);
  await ask();
  expect(await write(exports[0], AbortSignal.abort())).toBe('given up');
  await expect(ask()).rejects.toMatchObject({ code: 'export_failed' });
  expect({ files: files.size, exports: exports.length }).toEqual({ files: 0, exports: 1 });
});

it('what ends its function each time is tried three times, and told as failed', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { ask, write, exports, trouble } = await createWorld(20, 1_700_000);
  const dies = vi.fn(() => new Promise(() => {}));
  trouble(dies);
  for (let times = 1; times <= 3; times += 1) {
    expect(await ask()).toBeUndefined();
    expect(exports).toHaveLength(times);
    void write(exports.at(-1));
    await vi.waitFor(() => expect(dies).toHaveBeenCalledTimes(times));
    vi.setSystemTime(Date.now() + 11 * MINUTE_MS);
  }
  await expect(ask()).rejects.toMatchObject({ code: 'export_failed' });
  expect(exports).toHaveLength(3);
});

it('what only waits in the queue has not failed', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { ask, write, files, exports } = await createWorld(20, 1_700_000);
  for (let minutes = 0; minutes < 60; minutes += 5) {
    expect(await ask()).toBeUndefined();
    vi.setSystemTime(Date.now() + 5 * MINUTE_MS);
  }
  expect(await Promise.all(exports.slice(0, 1).map((each) => write(each)))).toEqual(['done']);
  expect([...files]).toEqual([await ask()]);
  // The others of the same file find it written.
  for (const each of exports.slice(1)) expect(await write(each)).toBe('ignored');
});

it('what is broken off is begun again when it is asked for', async () => {
  const { ask, write, files, exports, trouble } = await createWorld(20, 1_700_000);
  await ask();
  trouble(() => Promise.reject(new Error('the bucket is busy')));
  await expect(write(exports[0])).rejects.toThrow('busy');
  trouble(undefined);
  await ask();
  expect(exports).toHaveLength(2);
  expect(await write(exports[1])).toBe('done');
  expect([...files]).toEqual([await ask()]);
});

it('a file that was kept for its day is written anew each time that it is asked for', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { ask, write, files, exports } = await createWorld(20, 1_700_000);
  for (let day = 1; day <= 5; day += 1) {
    expect(await ask()).toBeUndefined();
    expect(await write(exports.at(-1))).toBe('done');
    expect([...files]).toEqual([await ask()]);
    files.clear();
    vi.setSystemTime(Date.now() + 24 * 60 * MINUTE_MS);
  }
});
