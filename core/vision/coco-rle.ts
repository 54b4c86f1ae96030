import { type RunMask, RunWriter } from './run-mask.ts';

/** COCO's compressed run-length encoding, as the result document holds it. */
export interface CocoRle {
  /** `[height, width]`. */
  readonly size: [number, number];
  readonly counts: string;
}

/**
 * Encodes a mask byte for byte as pycocotools' `rleToString`: lengths of alternating runs of 0 and 1,
 * from the third on as differences to the length two before, in groups of five bits from ASCII 48 on.
 */
export function encodeRle(mask: RunMask): CocoRle {
  const bytes: number[] = [];
  const counts = runLengths(mask);
  counts.forEach((count, index) => {
    appendNumber(bytes, index > 2 ? count - (counts[index - 2] as number) : count);
  });
  return { size: [mask.height, mask.width], counts: toAscii(bytes) };
}

/** @throws RangeError where the counts do not fill exactly the mask's size. */
export function decodeRle({ size: [height, width], counts }: CocoRle): RunMask {
  const writer = new RunWriter();
  const lengths: number[] = [];
  let position = 0;
  for (let at = 0; at < counts.length; ) {
    const { value, next } = readNumber(counts, at);
    const index = lengths.length;
    const length = index > 2 ? value + (lengths[index - 2] as number) : value;
    lengths.push(length);
    if (length < 0) throw new RangeError('A run of the RLE has a negative length.');
    if (index % 2 === 1) writer.add(position, position + length);
    position += length;
    at = next;
  }
  if (position !== width * height) {
    throw new RangeError(`The RLE's runs cover ${position} pixels of ${width} x ${height}.`);
  }
  return writer.finish({ width, height });
}

function runLengths({ width, height, runs }: RunMask): number[] {
  const lengths: number[] = [];
  let position = 0;
  for (const edge of runs) {
    lengths.push(edge - position);
    position = edge;
  }
  if (position < width * height) lengths.push(width * height - position);
  return lengths;
}

const MORE = 0x20;
const SIGN = 0x10;
const FIRST_CHARACTER = 48;

function appendNumber(bytes: number[], value: number): void {
  let rest = value;
  for (;;) {
    const group = rest & 0x1f;
    rest >>= 5;
    const finished = group & SIGN ? rest === -1 : rest === 0;
    bytes.push((finished ? group : group | MORE) + FIRST_CHARACTER);
    if (finished) return;
  }
}

function readNumber(text: string, start: number): { value: number; next: number } {
  let value = 0;
  let at = start;
  for (let shift = 0; ; shift += 5) {
    const group = text.charCodeAt(at++) - FIRST_CHARACTER;
    if (!(group >= 0 && group < 64)) throw new RangeError('The RLE holds a character it may not.');
    value |= (group & 0x1f) << shift;
    if (group & MORE) continue;
    if (group & SIGN) value |= -1 << (shift + 5);
    return { value, next: at };
  }
}

/** In pieces: a call takes only so many arguments. */
function toAscii(bytes: readonly number[]): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.slice(start, start + 8192));
  }
  return text;
}
