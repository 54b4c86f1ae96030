import { describe, expect, it } from 'vitest';
import { measureScale } from '../../../core/vision/measure-scale.ts';
import { writeCoco, writeCsv } from '../../../web/image/export.ts';
import { scaleBy } from '../../../web/image/reference.ts';
import { TakenPlaces } from '../../../web/image/taken-places.ts';
import { describeJob } from '../../../web/media/describe-job.ts';
import { readOnnx } from '../../../web/model/read-onnx.ts';
import { FrameReader, readLines } from '../../../web/video/frame-reader.ts';
import { tinyModel } from '../../helpers/tiny-manifest.ts';

const box = { x1: 10, y1: 20, x2: 110, y2: 80 };

describe('the scale by an object of known size', () => {
  it('is that of the service, for a box and for a disc', () => {
    const detection = { box, classId: 0, confidence: 1, mask: undefined };
    for (const size of [{ widthCm: 5, heightCm: 3 }, { diameterCm: 4 }]) {
      const known = measureScale(detection as never, size)?.pixelsPerCm ?? 0;
      expect(scaleBy({ box, polygons: [] }, size) / known).toBeCloseTo(1, 2);
    }
  });

  it('sees past what lies on the object', () => {
    const rim: [number, number][] = [
      [10, 20],
      [110, 20],
      [110, 80],
      [60, 80],
      [60, 50],
      [50, 50],
      [50, 80],
      [10, 80],
    ];
    expect(scaleBy({ box, polygons: [rim] }, { widthCm: 10, heightCm: 6 })).toBeCloseTo(10);
  });
});

describe('frames of a video', () => {
  const frame = (timeSeconds: number) =>
    JSON.stringify({ timeSeconds, video: { id: 'v', sha256: '', width: 2, height: 1 }, detections: [] });
  const read = async (text: string, ...cuts: number[]) => {
    const reader = new FrameReader();
    const bytes = new TextEncoder().encode(text);
    const parts = [0, ...cuts].map((from, index) => bytes.slice(from, cuts[index] ?? bytes.length));
    await readLines(new Blob(parts).stream(), (line) => reader.add(line));
    return reader;
  };

  it('are read line by line, wherever the network cuts them', async () => {
    const text = [0, 0.5, 1].map(frame).join('\n');
    for (const cut of [1, 30, text.length - 3]) expect((await read(text, cut)).times).toEqual([0, 0.5, 1]);
  });

  it('hold until the next one that was looked at', async () => {
    const reader = await read([0, 0.5, 1].map(frame).join('\n'));
    expect([0, 0.3, 0.49, 0.7, 5].map((at) => reader.times.indexOf(timeOf(reader.at(at))))).toEqual([
      0, 0, 1, 1, 2,
    ]);
    expect(reader.at(0)).toMatchObject({ image: { id: 'v' } });
  });

  const timeOf = (result: unknown) => (result as { timeSeconds: number }).timeSeconds;
});

describe('what an ONNX file says of itself', () => {
  it('is read without its weights', async () => {
    expect(
      await readOnnx(exported({ names: "{0: 'plate', 1: \"cook's coin\"}", imgsz: '[416, 640]' })),
    ).toEqual({
      classes: ['plate', "cook's coin"],
      width: 640,
      height: 416,
    });
    const facts = { task: 'segment', license: 'AGPL-3.0', description: 'Ultralytics YOLO11n-seg model' };
    expect(await readOnnx(exported(facts))).toMatchObject({
      ...{ task: 'segment', licence: 'AGPL-3.0', family: 'yolov8' },
    });
  });

  it('may be nothing, in a model as in any other file', async () => {
    for (const bytes of [tinyModel('yolov8-detect'), new TextEncoder().encode('no model'), new Uint8Array()])
      expect(await readOnnx(new Blob([bytes as Uint8Array<ArrayBuffer>]))).toHaveProperty('classes');
  });
});

/** A graph of a few thousand bytes, then entries of key and value, as protobuf writes them. */
function exported(properties: Readonly<Record<string, string>>): Blob {
  const block = (field: number, content: Uint8Array) =>
    new Uint8Array([(field << 3) | 2, ...varint(content.length), ...content]);
  const text = (field: number, value: string) => block(field, new TextEncoder().encode(value));
  const entries = Object.entries(properties).map(([key, value]) =>
    block(14, new Uint8Array([...text(1, key), ...text(2, value)])),
  );
  return new Blob([new Uint8Array([8, 9]), block(7, new Uint8Array(5_000)), ...entries]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

describe('exports of several images', () => {
  const exportOf = (filename: string, name: string, classId: number) => ({
    image: { filename, width: 200, height: 100 },
    result: {
      image: { id: filename, sha256: '', width: 200, height: 100 },
      model: { id: 'm', version: '1', sha256: '' },
      options: {} as never,
      detections: [
        {
          ...{ class: name, classId, confidence: 0.5, mask: null, polygons: [], box },
          area: { pixels: 6000, share: 0.3, cm2: null },
        },
      ],
      summary: [],
      timing: { decodeMs: 0, inferMs: 0, postMs: 0 },
    },
  });
  const two = [exportOf('a.jpg', 'plate', 7), exportOf('b.jpg', 'coin', 7)];

  it('name categories by class: two models may number theirs alike', () => {
    const { categories, annotations, images } = writeCoco(two);
    expect(images.map(({ file_name }) => file_name)).toEqual(['a.jpg', 'b.jpg']);
    const named = annotations.map(({ image_id, category_id }) => [
      image_id,
      categories.find(({ id }) => id === category_id)?.name,
    ]);
    expect(named).toEqual([
      [1, 'plate'],
      [2, 'coin'],
    ]);
  });

  it('have one head and a row a detection', () => {
    expect(writeCsv(two).trim().split('\r\n')).toHaveLength(3);
  });
});

describe('places of labels', () => {
  it('are free where none lies, across the cells of the grid', () => {
    const taken = new TakenPlaces();
    taken.add({ left: 60, top: 60, width: 20, height: 20 });
    expect(taken.isFree({ left: 79, top: 79, width: 5, height: 5 })).toBe(false);
    expect(taken.isFree({ left: 80, top: 60, width: 5, height: 5 })).toBe(true);
    expect(taken.isFree({ left: 0, top: 0, width: 200, height: 200 })).toBe(false);
  });
});

describe('an analysis in a list', () => {
  const job = { model: 'food@2', status: 'succeeded', createdAt: new Date().toISOString() };
  const describe = (changes: object) => describeJob({ ...job, options: {}, ...changes } as never);

  it('is told from others by version, options and status', () => {
    expect(describe({})).toBe('food@2 · just now');
    expect(describe({ status: 'queued' })).toBe('food@2 · queued · just now');
    const options = { confidence: 0.9, classes: ['plate'], tiles: { overlap: 0.2 }, mask: 'rle' };
    expect(describe({ options })).toBe('food@2 · ≥ 90 % · only plate · part by part · just now');
    expect(describe({ options: { regions: [[], []], scale: { pixelsPerCm: 3 } } })).toBe(
      'food@2 · 2 regions · scale · just now',
    );
  });
});
