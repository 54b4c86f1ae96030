import type { Job, Result } from '../../client/index.ts';

interface Asked {
  readonly width: number;
  readonly height: number;
  readonly count: number;
}

/** An image, a job and its result with as many detections as are asked for, in rows and columns. */
export function manyDetections({ width, height, count }: Asked) {
  const id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
  const now = new Date().toISOString();
  const columns = Math.ceil(Math.sqrt((count * width) / height));
  const side = Math.floor(width / columns);
  const job: Job = {
    ...{ id: 'job_many', image: id, model: 'm@1', options: { mask: 'rle', polygonTolerance: 1 } },
    ...{ device: 'cpu', status: 'succeeded', progress: 1, attempts: 1, createdAt: now, finishedAt: now },
    links: { self: '', result: '' },
  };
  const result: Result = {
    image: { id, sha256: 'a', width, height },
    model: { id: 'm', version: '1', sha256: 'a' },
    options: {
      ...{ confidence: 0.25, iou: 0.7, maxDetections: count, classAgnosticNms: false },
      ...{ mask: 'polygon', polygonTolerance: 1 },
    },
    detections: Array.from({ length: count }, (_, index) =>
      detectionAt({ x: (index % columns) * side, y: Math.floor(index / columns) * side, side, index }),
    ),
    summary: [],
    timing: { decodeMs: 0, inferMs: 0, postMs: 0 },
  };
  const image = {
    ...{ id, sha256: 'a', filename: 'many.jpg', width, height, sizeBytes: 1, originalSizeBytes: 1, cost: 0 },
    ...{ contentType: 'image/jpeg', uploadedAt: now, modifiedAt: now, datasets: [] },
  };
  return { image, job, result };
}

/** A disc of 24 corners. */
function detectionAt({ x, y, side, index }: { x: number; y: number; side: number; index: number }) {
  const radius = side * 0.45;
  const [centreX, centreY] = [x + side / 2, y + side / 2];
  const ring = Array.from({ length: 24 }, (_, corner): [number, number] => {
    const angle = (corner / 24) * 2 * Math.PI;
    return [centreX + radius * Math.cos(angle), centreY + radius * Math.sin(angle)];
  });
  return {
    ...{
      class: `class ${index % 12}`,
      classId: index % 12,
      confidence: 0.3 + (index % 60) / 100,
      mask: null,
    },
    box: { x1: centreX - radius, y1: centreY - radius, x2: centreX + radius, y2: centreY + radius },
    polygons: [ring],
    area: { pixels: Math.PI * radius ** 2, share: 0.0001, cm2: null },
  };
}
