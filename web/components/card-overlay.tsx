import { useEffect, useRef, useState } from 'preact/hooks';
import type { Job, Result } from '../../client/index.ts';
import { segmentry } from '../app/session.ts';
import { drawOverlay } from '../image/draw.ts';
import { buildScene } from '../image/scene.ts';

const HEIGHT_PX = 300;
/** Who only passes over a card asks for nothing. */
const PAUSE_MS = 150;
const LAYERS = { outline: true, mask: true, box: false, label: false };

/** What was found on an image, over its thumbnail. */
export function CardOverlay({ job }: { job: Job }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [result, setResult] = useState<Result>();
  useEffect(() => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      segmentry.api.getJobResult({ id: job.id }, { signal: controller.signal }).then(
        (found) => 'detections' in found && setResult(found),
        // A hint of what is there: the image's own page tells failures.
        () => undefined,
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [job.id]);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (result === undefined || context === null || context === undefined) return;
    const scale = HEIGHT_PX / result.image.height;
    const size = { width: Math.round(result.image.width * scale), height: HEIGHT_PX };
    Object.assign(context.canvas, size);
    const frame = { context, canvas: size, density: 1, viewport: { scale, x: 0, y: 0 } };
    const drawing = { layers: LAYERS, hovered: undefined, selected: undefined, labelOf: () => '' };
    drawOverlay(frame, { ...drawing, objects: buildScene(result) });
  }, [result]);
  return result === undefined ? null : <canvas ref={canvas} class="card-overlay" />;
}
