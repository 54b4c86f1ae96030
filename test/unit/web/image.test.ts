import { describe, expect, it } from 'vitest';
import { CLASS_COLOURS, colourClasses, textOn } from '../../../core/contracts/class-colours.ts';
import { consolePolicy } from '../../../core/contracts/console-policy.ts';
import { squareCm, totalByClass } from '../../../web/image/areas.ts';
import { writeCoco, writeCsv, writeYolo } from '../../../web/image/export.ts';
import { fit, keepInView, toPicture, zoom } from '../../../web/image/viewport.ts';

const picture = { width: 200, height: 100 };
const canvas = { width: 400, height: 400 };

describe('the viewport', () => {
  it('fits the picture in, in the middle', () => {
    expect(fit(picture, canvas)).toEqual({ scale: 2, x: 0, y: 100 });
  });

  it('zooms about a point that stays where it is', () => {
    const at = { x: 130, y: 210 };
    const before = fit(picture, canvas);
    for (const factor of [3, 0.4]) {
      const after = zoom(before, factor, at, 0.5);
      const [was, is] = [toPicture(before, at), toPicture(after, at)];
      expect(is.x).toBeCloseTo(was.x);
      expect(is.y).toBeCloseTo(was.y);
    }
  });

  it('can not lose the picture', () => {
    for (const far of [-1e6, 1e6]) {
      const { x, y, scale } = keepInView({ scale: 2, x: far, y: far }, picture, canvas);
      expect(x + picture.width * scale).toBeGreaterThan(0);
      expect(y + picture.height * scale).toBeGreaterThan(0);
      expect(x).toBeLessThan(canvas.width);
      expect(y).toBeLessThan(canvas.height);
    }
  });
});

const detection = (name: string, pixels: number, cm2: number | null = null) => ({
  class: name,
  classId: 2,
  confidence: 0.5,
  mask: null,
  box: { x1: 20, y1: 10, x2: 60, y2: 50 },
  polygons: [
    [
      [20, 10],
      [60, 10],
      [60, 50],
    ],
  ] as [number, number][][],
  area: { pixels, share: pixels / 20_000, cm2 },
});

const resultOf = (...detections: ReturnType<typeof detection>[]) => ({
  image: { id: 'i', sha256: 's', ...picture },
  model: { id: 'm', version: '1', sha256: 's' },
  options: {} as never,
  summary: [],
  timing: { decodeMs: 0, inferMs: 0, postMs: 0 },
  detections,
});

describe('areas', () => {
  it('are in cm² by the scale that was drawn, before that of the result', () => {
    expect(squareCm(detection('a', 900, 7), 30)).toBe(1);
    expect(squareCm(detection('a', 900, 7), undefined)).toBe(7);
    expect(squareCm(detection('a', 900), undefined)).toBeNull();
  });

  it('add up by class, the largest first', () => {
    const totals = totalByClass([detection('a', 10), detection('b', 25), detection('a', 12)]);
    expect(totals.map(({ name, count, area }) => [name, count, area.pixels])).toEqual([
      ['b', 1, 25],
      ['a', 2, 22],
    ]);
  });
});

describe('downloads', () => {
  it('hold no formula that a spreadsheet would run, and quote what needs it', () => {
    const csv = writeCsv(
      [{ result: resultOf(detection('=cmd()', 900)), image: { filename: 'a,"b".jpg', ...picture } }],
      30,
    );
    expect(csv.split('\r\n')[1]).toBe(`"a,""b"".jpg",'=cmd(),0.5,20,10,60,50,900,0.045,1`);
  });

  it.each(['\uff1dcmd()', '\u200b=cmd()', ' +1', '%x', '|x'])(
    'hide the formula that %j may be',
    (filename) => {
      const csv = writeCsv([{ result: resultOf(detection('pear', 900)), image: { filename, ...picture } }]);
      expect(csv.split('\r\n')[1]?.startsWith(`'${filename},`)).toBe(true);
    },
  );

  it('are YOLO with the largest part of an object, however many corners a smaller one has', () => {
    const crumb = [1, 2, 3, 4, 5, 6].map((at): [number, number] => [180 + at, 80 + (at % 2)]);
    const found = detection('apple', 900);
    const result = resultOf({ ...found, polygons: [crumb, ...found.polygons] });
    expect(writeYolo(result)).toBe('2 0.100000 0.100000 0.300000 0.100000 0.300000 0.500000\n');
  });

  it('are COCO with ids from 1, and YOLO in shares of the picture', () => {
    const result = resultOf(detection('apple', 900));
    expect(writeCoco([{ result, image: { filename: 'a.jpg', ...picture } }])).toMatchObject({
      images: [{ id: 1, file_name: 'a.jpg', width: 200, height: 100 }],
      categories: [{ id: 1, name: 'apple' }],
      annotations: [
        {
          id: 1,
          image_id: 1,
          category_id: 1,
          bbox: [20, 10, 40, 40],
          segmentation: [[20, 10, 60, 10, 60, 50]],
        },
      ],
    });
    expect(writeYolo(result)).toBe('2 0.100000 0.100000 0.300000 0.100000 0.300000 0.500000\n');
  });
});

describe('colours of classes', () => {
  const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const luminance = (colour: string) => {
    const [red, green, blue] = [1, 3, 5].map((at) =>
      linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255),
    );
    return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
  };

  it('differ in lightness from their neighbours, which everybody sees', () => {
    for (const [index, colour] of CLASS_COLOURS.entries()) {
      const next = CLASS_COLOURS[(index + 1) % CLASS_COLOURS.length] as string;
      const [dark = 0, light = 0] = [luminance(colour), luminance(next)].sort((a, b) => a - b);
      expect([colour, next, (light + 0.05) / (dark + 0.05) > 1.5]).toEqual([colour, next, true]);
    }
  });

  it('are a class’s own, and never the same for two classes of a picture', () => {
    expect(colourClasses([3, 1, 3])).toEqual(
      new Map([
        [1, CLASS_COLOURS[1]],
        [3, CLASS_COLOURS[3]],
      ]),
    );
    // A person, a dining table and a refrigerator of COCO: all three would have the first.
    expect(new Set(colourClasses([0, 60, 72]).values()).size).toBe(3);
    expect(colourClasses([0, 60, 72]).get(0)).toBe(CLASS_COLOURS[0]);
    expect(colourClasses(Array.from({ length: 30 }, (_, id) => id)).size).toBe(30);
  });

  it('have labels that can be read', () => {
    for (const colour of CLASS_COLOURS) {
      const text = textOn(colour) === '#fff' ? 1.05 : 0.05;
      const plate = luminance(colour) + 0.05;
      expect(Math.max(text, plate) / Math.min(text, plate)).toBeGreaterThanOrEqual(4.5);
    }
  });
});

it('the policy of the pages allows nothing inline', () => {
  expect(consolePolicy(['https://bucket.example'])).toMatch(
    /^default-src 'self'; connect-src 'self' https:\/\/bucket\.example;/,
  );
  expect(consolePolicy([])).not.toMatch(/unsafe|\*/);
});
