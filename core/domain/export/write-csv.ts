import type { DetectionDocument } from '../../contracts/result-document.ts';
import type { ExportedResult, ResultWriter } from './exported-result.ts';

type Cell = string | number | null;

const COLUMNS: Record<string, (result: ExportedResult, detection: DetectionDocument) => Cell> = {
  image_id: ({ document }) => document.image.id,
  filename: ({ filename }) => filename,
  sha256: ({ document }) => document.image.sha256,
  width: ({ document }) => document.image.width,
  height: ({ document }) => document.image.height,
  job_id: ({ jobId }) => jobId,
  model: ({ document: { model } }) => `${model.id}@${model.version}`,
  class: (_, detection) => detection.class,
  class_id: (_, { classId }) => classId,
  confidence: (_, { confidence }) => confidence,
  x1: (_, { box }) => box.x1,
  y1: (_, { box }) => box.y1,
  x2: (_, { box }) => box.x2,
  y2: (_, { box }) => box.y2,
  area_pixels: (_, { area }) => area.pixels,
  area_share: (_, { area }) => area.share,
  area_cm2: (_, { area }) => area.cm2,
};

/** One row a detection, as RFC 4180 has it; a picture with nothing found has none. */
export const createCsvWriter = (): ResultWriter => ({
  begin: toRow(Object.keys(COLUMNS)),
  add: (result) =>
    result.document.detections
      .map((detection) => toRow(Object.values(COLUMNS).map((read) => read(result, detection))))
      .join(''),
  end: () => '',
});

const toRow = (cells: readonly Cell[]) => `${cells.map(toCell).join(',')}\r\n`;

function toCell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = neutralise(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Names come from users and models: one that a spreadsheet would take for a formula gets an apostrophe before
 * it, which spreadsheets hide (OWASP, CSV injection).
 */
const neutralise = (text: string) => (/^[\s]*[=+\-@|%\t\r\n]/.test(text) ? `'${text}` : text);
