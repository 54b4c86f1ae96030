import type { DetectionDocument } from '../../../contracts/result-document.ts';
import { type ExportedResult, type ResultWriter, sourceOf, timeOf } from './exported-result.ts';

type Cell = string | number | null;

const COLUMNS: Record<string, (result: ExportedResult, detection: DetectionDocument) => Cell> = {
  image_id: (result) => (result.frame === undefined ? sourceOf(result).id : null),
  filename: ({ filename }) => filename,
  sha256: (result) => sourceOf(result).sha256,
  width: (result) => sourceOf(result).width,
  height: (result) => sourceOf(result).height,
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
  video_id: (result) => (result.frame === undefined ? null : sourceOf(result).id),
  frame: ({ frame = null }) => frame,
  time_seconds: (result) => timeOf(result) ?? null,
};

/** One row a detection, as RFC 4180 has it; an image or a frame with nothing found has none. */
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
 * it, which spreadsheets hide (OWASP, CSV injection): also where the sign is a full-width one, or stands behind what
 * nobody sees.
 */
const neutralise = (text: string) =>
  /^[\s\p{Cf}]*[=+\-@|%\t\r\n\uff1d\uff0b\uff0d\uff20]/u.test(text) ? `'${text}` : text;
