import { it } from 'vitest';
import { createCsvWriter } from '../../../core/domain/batches/export/write-csv.ts';
import { playAttacks } from '../../helpers/attacks/play-attacks.ts';

const FORMULAS: Record<string, string> = {
  equals: '=1+1',
  plus: '+1',
  minus: '-1',
  at: '@SUM(A1)',
  tab: '\t=1',
  'carriage return': '\r=1',
  'line feed': '\n=1',
  'a space before': ' =1',
  'a quote before': '"=1',
  'a comma before': ',=1',
  'a quote and a line': '"\r\n=1,"',
  'wide equals': '\uff1d1+1',
  'a pipe': '|calc',
  DDE: "=cmd|' /C calc'!A0",
  link: '=HYPERLINK("http://127.0.0.1?"&A1,"x")',
  'a byte order mark before': '\ufeff=1',
  'a zero-width space before': '\u200b=1',
};

/** RFC 4180, as a spreadsheet reads it. */
function readRow(text: string): string[] {
  const cells: string[] = [];
  for (const [, quoted, plain] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(?:,|\r\n|$)/g))
    cells.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
  return cells;
}

it('no name becomes a formula in a spreadsheet, or a cell of its own', async () => {
  await playAttacks('API10 unsafe consumption', FORMULAS, async (text) => {
    const box = { x1: 0, y1: 0, x2: 1, y2: 1 };
    const row = createCsvWriter().add({
      jobId: 'job_1',
      filename: text,
      document: {
        image: { id: 'i', sha256: 's', width: 1, height: 1 },
        model: { id: 'm', version: '1', sha256: 's' },
        detections: [
          { class: text, classId: 0, confidence: 1, box, area: { pixels: 1, share: 1, cm2: null } },
        ],
      },
    } as never);
    const cells = readRow(row);
    const [filename = '', name = ''] = [cells[1], cells[7]];
    const isFormula = /^[=+\-@|%\t\r\n]/.test(filename) || /^[\s\ufeff\u200b]*[=+\-@|%\uff1d]/.test(name);
    return isFormula || !filename.endsWith(text) || filename !== name ? row : undefined;
  });
});
