import { styleText } from 'node:util';
import { printable } from './printable.ts';

type Format = Parameters<typeof styleText>[0];

/** Coloured where the stream is a terminal and NO_COLOR is not set. */
export const paint = (format: Format, text: string, stream: NodeJS.WriteStream = process.stdout): string =>
  styleText(format, text, { stream });

export type Columns<Item> = Readonly<Record<string, (item: Item) => string | number | undefined>>;

export interface ListFlags {
  readonly json?: boolean;
  readonly limit?: number;
}

/** A list: a table for people, or one JSON object a line. */
export async function printList<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  columns: Columns<Item>,
  { json = false, limit = Number.POSITIVE_INFINITY }: ListFlags,
): Promise<void> {
  const rows: string[][] = [];
  let count = 0;
  for await (const item of items) {
    if (count === limit) break;
    count += 1;
    if (json) console.log(JSON.stringify(item));
    else rows.push(Object.values(columns).map((read) => printable(String(read(item) ?? ''))));
  }
  if (json) return;
  if (rows.length === 0) return void console.error('There are none.');
  const header = Object.keys(columns);
  const [first = '', ...others] = formatTable([header, ...rows]).split('\n');
  console.log([paint('bold', first), ...others].join('\n'));
}

export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** One thing: its fields by name for people, or as JSON. */
export function printItem(item: object, json = false): void {
  if (json) return void console.log(JSON.stringify(item, null, 2));
  const fields = Object.entries(item).filter(([, value]) => value !== undefined);
  const width = Math.max(...fields.map(([name]) => name.length));
  for (const [name, value] of fields) {
    console.log(`${paint('bold', name.padEnd(width))}  ${printable(toText(value))}`);
  }
}

const toText = (value: unknown): string => {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string'))
    return value.join(', ') || 'none';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** What was done, for people; what has come of it, for programs. */
export function printDone(words: string, result: object, json = false): void {
  console.log(json ? JSON.stringify(result, null, 2) : words);
}

/** A time in the reader's zone, to the minute. */
export function formatTime(iso: string | undefined): string {
  if (iso === undefined) return '';
  const date = new Date(iso);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
