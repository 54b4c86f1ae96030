import type { ModelManifest } from '../../core/contracts/model-manifest.ts';
import type { ResultDocument } from '../../core/contracts/result-document.ts';

type Align = 'left' | 'right';
interface Column {
  readonly title: string;
  readonly align: Align;
  readonly cells: readonly string[];
}

/** The detections as a table for people: class, confidence, area in pixels and %, in cm² where a scale is known. */
export function formatTable(
  { detections, options }: Pick<ResultDocument, 'detections' | 'options'>,
  model: Pick<ModelManifest, 'id' | 'classes'>,
): string {
  if (detections.length === 0) return explainNothing(model, options.confidence);
  const column = (title: string, align: Align, cell: (detection: (typeof detections)[number]) => string) => ({
    title,
    align,
    cells: detections.map(cell),
  });
  const columns = [
    column('class', 'left', (detection) => detection.class),
    column('confidence', 'right', ({ confidence }) => confidence.toFixed(2)),
    column('area (px)', 'right', ({ area }) => Math.round(area.pixels).toLocaleString('en-US')),
    column('area (%)', 'right', ({ area }) => (area.share * 100).toFixed(2)),
  ];
  if (detections.some(({ area }) => area.cm2 !== null)) {
    columns.push(column('area (cm²)', 'right', ({ area }) => area.cm2?.toFixed(1) ?? '–'));
  }
  return layOut(columns);
}

const SHOWN_CLASSES = 12;

/** Who looked, for what, and what may help. */
function explainNothing({ id, classes }: Pick<ModelManifest, 'id' | 'classes'>, confidence: number): string {
  const shown = classes.slice(0, SHOWN_CLASSES).join(', ');
  const more = classes.length > SHOWN_CLASSES ? ` and ${classes.length - SHOWN_CLASSES} more` : '';
  return [
    `Nothing was found. The model ${id} looked for ${shown}${more}, and saw none of them with a confidence above ${confidence}.`,
    'If the photograph shows other things, look with a model that knows them: --model FILE.onnx ("npm run -s segmentry -- models available" shows some).',
    'If it shows these, small or unclear: npm run -s segmentry -- detect PHOTO --model FILE.onnx --confidence 0.1 --tiles',
  ].join('\n');
}

function layOut(columns: readonly Column[]): string {
  const padded = columns.map(({ title, align, cells }) => {
    const width = Math.max(...[title, ...cells].map((cell) => cell.length));
    const pad = (text: string) => (align === 'left' ? text.padEnd(width) : text.padStart(width));
    return [pad(title), '─'.repeat(width), ...cells.map(pad)];
  });
  const rows = padded[0]?.map((_, row) => padded.map((lines) => lines[row]).join('  ')) ?? [];
  return rows.map((row) => row.trimEnd()).join('\n');
}
