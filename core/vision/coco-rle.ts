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
  const lengths = runLengths(mask);
  const bytes = new Uint8Array(lengths.length * MOST_CHARACTERS);
  let end = 0;
  for (let index = 0; index < lengths.length; index++) {
    const length = lengths[index] as number;
    end = writeNumber(bytes, end, index > 2 ? length - (lengths[index - 2] as number) : length);
  }
  return { size: [mask.height, mask.width], counts: ASCII.decode(bytes.subarray(0, end)) };
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

/** Of runs of 0 and 1 in turn; a last one of no length is left out. */
function runLengths({ width, height, runs }: RunMask): Int32Array {
  const lengths = new Int32Array(runs.length + 1);
  let position = 0;
  for (let index = 0; index < runs.length; index++) {
    const edge = runs[index] as number;
    lengths[index] = edge - position;
    position = edge;
  }
  lengths[runs.length] = width * height - position;
  return position < width * height ? lengths : lengths.subarray(0, runs.length);
}

const MORE = 0x20;
const SIGN = 0x10;
const FIRST_CHARACTER = 48;
/** Of a number of 32 bits, five at a time. */
const MOST_CHARACTERS = 7;
const ASCII = new TextDecoder('ascii');

/** @returns where the next number starts. */
function writeNumber(bytes: Uint8Array, start: number, value: number): number {
  let rest = value;
  for (let at = start; ; at++) {
    const group = rest & 0x1f;
    rest >>= 5;
    const finished = group & SIGN ? rest === -1 : rest === 0;
    bytes[at] = (finished ? group : group | MORE) + FIRST_CHARACTER;
    if (finished) return at + 1;
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
