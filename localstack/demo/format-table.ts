import type { ResultDocument } from '../../core/contracts/result-document.ts';

type Align = 'left' | 'right';
interface Column {
  readonly title: string;
  readonly align: Align;
  readonly cells: readonly string[];
}

/** The detections as a table for people: class, confidence, area in pixels and %, in cm² where a scale is known. */
export function formatTable({ detections }: Pick<ResultDocument, 'detections'>): string {
  if (detections.length === 0) return 'Nothing was found.';
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

function layOut(columns: readonly Column[]): string {
  const padded = columns.map(({ title, align, cells }) => {
    const width = Math.max(...[title, ...cells].map((cell) => cell.length));
    const pad = (text: string) => (align === 'left' ? text.padEnd(width) : text.padStart(width));
    return [pad(title), '─'.repeat(width), ...cells.map(pad)];
  });
  const rows = padded[0]?.map((_, row) => padded.map((lines) => lines[row]).join('  ')) ?? [];
  return rows.map((row) => row.trimEnd()).join('\n');
}
