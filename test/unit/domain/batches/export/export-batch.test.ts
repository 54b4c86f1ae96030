import { describe, expect, it } from 'vitest';
import { AppliedOptions, PRODUCT_DEFAULTS } from '../../../../../core/contracts/analysis-options.ts';
import type { DetectionDocument, ResultDocument } from '../../../../../core/contracts/result-document.ts';
import {
  type ExportBatchPorts,
  exportBatch,
} from '../../../../../core/domain/batches/export/export-batch.ts';
import type { Batch } from '../../../../../core/domain/entities/batch.ts';
import type { Image } from '../../../../../core/domain/entities/image.ts';
import type { Job } from '../../../../../core/domain/entities/job.ts';
import type { Video } from '../../../../../core/domain/entities/video.ts';
import { decodeRle, encodeRle } from '../../../../../core/vision/coco-rle.ts';
import { countPixels } from '../../../../../core/vision/run-mask.ts';
import { toPoints } from '../../../../../core/vision/simplify-ring.ts';
import { tracePolygons } from '../../../../../core/vision/trace-polygons.ts';
import { maskOf } from '../../../vision/image-of-mask.ts';

const food = { id: 'food', version: '2' };
const cars = { id: 'cars', version: '1' };
const mask = encodeRle(maskOf('.##.', '.##.', '...#'));

const detection = (changes: Partial<DetectionDocument> = {}): DetectionDocument => ({
  class: 'plate',
  classId: 3,
  confidence: 0.5,
  box: { x1: 1, y1: 0, x2: 4, y2: 3 },
  mask,
  polygons: [],
  area: { pixels: 5, share: 5 / 12, cm2: null },
  ...changes,
});

interface Entry {
  readonly image: string;
  readonly filename?: string;
  readonly model?: typeof food;
  readonly detections?: DetectionDocument[];
  readonly status?: Job['status'];
  readonly resultOf?: string;
  readonly isLarge?: boolean;
  /** Of a video: what is found in each frame, one a second. */
  readonly frames?: readonly DetectionDocument[][];
}

/** A batch of one job an entry; results that are large lie in the bucket. */
async function exported(format: 'jsonl' | 'csv' | 'coco', entries: readonly Entry[]) {
  const jobs = entries.map(({ image, model = food, status = 'succeeded', resultOf, frames }, index) => ({
    id: `job_${index}`,
    mediaId: image,
    model,
    status,
    ...(frames !== undefined && { video: {} }),
    ...(resultOf !== undefined && { resultOf }),
  })) as Job[];
  const documents = entries.map(
    ({ image, model = food, detections = [] }): ResultDocument => ({
      image: { id: image, sha256: 'a'.repeat(64), width: 4, height: 3 },
      model: { ...model, sha256: 'b'.repeat(64) },
      options: AppliedOptions.parse(PRODUCT_DEFAULTS),
      detections,
      summary: [],
      timing: { decodeMs: 1, inferMs: 1, postMs: 1 },
    }),
  );
  const files = new Map<string, { text: string; contentType: string }>();
  const ports: ExportBatchPorts = {
    batches: {
      findPart: async (batchId, part) => ({
        batchId,
        part,
        madeCount: 1,
        revision: 0,
        jobs: jobs.slice(part * 2, part * 2 + 2),
      }),
    },
    jobs: { findAll: async (ids) => jobs.filter(({ id }) => ids.includes(id)) },
    images: {
      findOwn: async (ids) =>
        new Map(
          entries
            .filter(({ image, filename }) => ids.includes(image) && filename !== 'deleted')
            .map(({ image, filename = 'a.jpg' }) => [image, { id: image, filename } as Image]),
        ),
    },
    videos: {
      findOwn: async (ids) => new Map(ids.map((id) => [id, { id, filename: '=video.mp4' } as Video])),
    },
    results: {
      findAll: async (ids) =>
        new Map(
          ids.map((id) => {
            const index = Number(id.split('_')[1]);
            const document = documents[index] as ResultDocument;
            return [id, entries[index]?.isLarge ? { key: String(index) } : { document }];
          }),
        ),
    },
    objects: {
      read: async function* (key) {
        const index = Number(key.match(/job_(\d+)/)?.[1]);
        const text = linesOf(documents[index] as ResultDocument, entries[index]?.frames ?? []);
        // Pieces end anywhere.
        for (let start = 0; start < text.length; start += 100) yield text.subarray(start, start + 100);
      },
      get: async (key) => new TextEncoder().encode(JSON.stringify(documents[Number(key)])),
      putPieces: async (key, pieces, contentType) => {
        let text = '';
        for await (const piece of pieces) text += piece;
        files.set(key, { text, contentType });
      },
    },
  };
  const batch: Batch = {
    id: 'bat_1',
    userId: 'usr_1',
    models: [food, cars],
    options: AppliedOptions.parse(PRODUCT_DEFAULTS),
    jobCount: jobs.length,
    partCount: Math.ceil(jobs.length / 2),
    createdAt: '2026-01-01T00:00:00.000Z',
  };
  await exportBatch(batch, { format, key: 'k' }, ports);
  return files.get('k') ?? { text: '', contentType: '' };
}

/** A line a frame, as the workers of videos write them. */
const linesOf = ({ image: video, ...rest }: ResultDocument, frames: readonly DetectionDocument[][]) =>
  Buffer.from(
    frames
      .map((detections, timeSeconds) => `${JSON.stringify({ ...rest, detections, timeSeconds, video })}\n`)
      .join(''),
  );

it('writes one result a line, with its job and its file, inline or from the bucket', async () => {
  const { text, contentType } = await exported('jsonl', [
    { image: 'i1', detections: [detection()], filename: 'lunch.jpg' },
    { image: 'i2', isLarge: true },
    { image: 'i3', status: 'failed' },
  ]);
  const lines = text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  expect(contentType).toBe('application/x-ndjson');
  expect(lines).toMatchObject([
    { job: 'job_0', filename: 'lunch.jpg', image: { id: 'i1' }, detections: [{ class: 'plate' }] },
    { job: 'job_1', image: { id: 'i2' }, detections: [] },
  ]);
});

it('takes the result of the job that made it, and leaves out images that are gone', async () => {
  const { text } = await exported('jsonl', [
    { image: 'i1', detections: [detection()] },
    { image: 'i1', resultOf: 'job_0' },
    { image: 'i2', filename: 'deleted' },
  ]);
  const lines = text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  expect(lines.map(({ job, detections }) => [job, detections.length])).toEqual([
    ['job_0', 1],
    ['job_1', 1],
  ]);
});

it('writes one row a detection, with its area', async () => {
  const { text } = await exported('csv', [
    { image: 'i1', detections: [detection(), detection({ area: { pixels: 7, share: 0.5, cm2: 2.25 } })] },
    { image: 'i2' },
  ]);
  const [header = '', ...rows] = text.split('\r\n').map((row) => row.split(','));
  const column = (name: string) => rows.slice(0, -1).map((row) => row[header.indexOf(name)]);
  expect(column('area_pixels')).toEqual(['5', '7']);
  expect(column('area_cm2')).toEqual(['', '2.25']);
  expect(column('model')).toEqual(['food@2', 'food@2']);
  expect(column('x2')).toEqual(['4', '4']);
});

it.each([
  ['=HYPERLINK("http://evil")', `"'=HYPERLINK(""http://evil"")"`],
  ['+1', `'+1`],
  ['-1+cmd|calc', `'-1+cmd|calc`],
  ['@SUM(A1)', `'@SUM(A1)`],
  ['\t=1', `'\t=1`],
  ['  =1', `'  =1`],
  ['a,b "c"\nd', '"a,b ""c""\nd"'],
  ['plain.jpg', 'plain.jpg'],
])('writes the name %j so that no spreadsheet runs it and every reader reads it', async (filename, cell) => {
  const { text } = await exported('csv', [{ image: 'i1', filename, detections: [detection()] }]);
  const row = text.slice(text.indexOf('\r\n') + 2);
  expect(row.startsWith(`i1,${cell},${'a'.repeat(64)},`)).toBe(true);
});

it('neutralises class names too, and leaves negative numbers numbers', async () => {
  const box = { x1: -0.5, y1: 0, x2: 1, y2: 1 };
  const { text } = await exported('csv', [{ image: 'i1', detections: [detection({ class: '=x', box })] }]);
  expect(text).toContain(`,'=x,3,0.5,-0.5,0,1,1,`);
});

it('writes COCO whose masks have the areas it says', async () => {
  const { text, contentType } = await exported('coco', [
    {
      image: 'i1',
      filename: 'lunch.jpg',
      detections: [detection(), detection({ classId: 0, class: 'cup' })],
    },
    { image: 'i2' },
    { image: 'i1', filename: 'lunch.jpg', model: cars, detections: [detection({ class: 'wheel' })] },
  ]);
  expect(contentType).toBe('application/json');
  const coco = JSON.parse(text);
  expect(coco.images).toMatchObject([
    { id: 1, file_name: 'lunch.jpg', width: 4, height: 3, uuid: 'i1' },
    { id: 2, uuid: 'i2' },
  ]);
  expect(coco.categories).toEqual([
    { id: 4, name: 'plate', supercategory: 'food@2' },
    { id: 1, name: 'cup', supercategory: 'food@2' },
    { id: 10_004, name: 'wheel', supercategory: 'cars@1' },
  ]);
  expect(
    coco.annotations.map(({ id, image_id, category_id }: Record<string, number>) => [
      id,
      image_id,
      category_id,
    ]),
  ).toEqual([
    [1, 1, 4],
    [2, 1, 1],
    [3, 1, 10_004],
  ]);
  for (const { area, segmentation } of coco.annotations) {
    expect(countPixels(decodeRle(segmentation))).toBe(area);
  }
  expect(coco.annotations[0]).toMatchObject({ bbox: [1, 0, 3, 3], iscrowd: 0, score: 0.5 });
});

it('writes polygons, or the box, for a result without masks', async () => {
  const ring: [number, number][] = [
    [0, 0],
    [2, 0],
    [2, 2],
  ];
  const { text } = await exported('coco', [
    { image: 'i1', detections: [detection({ mask: null, polygons: [ring] }), detection({ mask: null })] },
  ]);
  const { annotations } = JSON.parse(text);
  expect(annotations[0].segmentation).toEqual([[0, 0, 2, 0, 2, 2]]);
  expect(annotations[1].segmentation).toEqual([[1, 0, 4, 0, 4, 3, 1, 3]]);
});

it('writes polygons with a hole as a mask: as polygons COCO would have the hole filled', async () => {
  const ring = maskOf('####', '#..#', '####');
  const polygons = tracePolygons(ring).map(toPoints);
  const found = detection({ mask: null, polygons, area: { pixels: 10, share: 10 / 12, cm2: null } });
  const { text } = await exported('coco', [{ image: 'i1', detections: [found] }]);
  expect(JSON.parse(text).annotations[0]).toMatchObject({ area: 10, segmentation: encodeRle(ring) });
});

describe('a video', () => {
  const entries: Entry[] = [
    { image: 'i1', filename: 'lunch.jpg', detections: [detection()] },
    { image: 'v1', frames: [[detection()], [], [detection({ class: 'Käse' }), detection()]] },
    { image: 'v1', model: cars, frames: [[detection({ class: 'wheel' })], [], []] },
  ];

  it('gives a line a frame', async () => {
    const lines = (await exported('jsonl', entries)).text.trimEnd().split('\n');
    const read = lines.map((line) => JSON.parse(line));
    expect(read.map(({ job, timeSeconds }) => [job, timeSeconds])).toEqual([
      ['job_0', undefined],
      ...[0, 1, 2].map((second) => ['job_1', second]),
      ...[0, 1, 2].map((second) => ['job_2', second]),
    ]);
    expect(read[3]).toMatchObject({
      filename: '=video.mp4',
      video: { id: 'v1' },
      detections: [{ class: 'Käse' }, {}],
    });
  });

  it('gives rows with frame and time', async () => {
    const [header = '', ...rows] = (await exported('csv', entries)).text
      .trimEnd()
      .split('\r\n')
      .map((row) => row.split(','));
    const names = ['image_id', 'filename', 'video_id', 'frame', 'time_seconds'];
    expect(rows.map((row) => names.map((name) => row[header.indexOf(name)]))).toEqual([
      ['i1', 'lunch.jpg', '', '', ''],
      ['', "'=video.mp4", 'v1', '0', '0'],
      ['', "'=video.mp4", 'v1', '2', '2'],
      ['', "'=video.mp4", 'v1', '2', '2'],
      ['', "'=video.mp4", 'v1', '0', '0'],
    ]);
  });

  it('gives a COCO image a frame, one for all models', async () => {
    const { images, annotations } = JSON.parse((await exported('coco', entries)).text);
    expect(images).toMatchObject([
      { id: 1, file_name: 'lunch.jpg', uuid: 'i1' },
      { id: 2, file_name: '=video.mp4#t=0', video_id: 'v1', frame_id: 0, time_seconds: 0 },
      { id: 3, file_name: '=video.mp4#t=1', video_id: 'v1', frame_id: 1, time_seconds: 1 },
      { id: 4, file_name: '=video.mp4#t=2', video_id: 'v1', frame_id: 2, time_seconds: 2 },
    ]);
    expect(annotations.map(({ image_id }: { image_id: number }) => image_id)).toEqual([1, 2, 4, 4, 2]);
  });
});

it('writes a whole file for a batch that has found nothing', async () => {
  expect(JSON.parse((await exported('coco', [])).text)).toMatchObject({ annotations: [], images: [] });
  expect((await exported('jsonl', [])).text).toBe('');
  expect((await exported('csv', [])).text).toMatch(/^image_id,/);
});
