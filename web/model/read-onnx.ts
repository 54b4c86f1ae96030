/** What an exporter wrote into an ONNX file besides the graph, as far as a form can be filled in with it. */
export interface OnnxFacts {
  readonly classes: readonly string[];
  readonly width?: number;
  readonly height?: number;
  readonly task?: 'detect' | 'segment';
  readonly licence?: string;
  readonly family?: 'yolov8' | 'yolov5' | 'yolo-end2end';
}

/** Field 14 of `ModelProto`: `metadata_props`, entries of key (1) and value (2). */
const METADATA_FIELD = 14;
const LENGTH_DELIMITED = 2;
/** Longest that a varint can be, so that much is read at each field. */
const HEAD_BYTES = 20;

/**
 * Reads the metadata of an export in ultralytics' manner. The graph with the weights is passed over: of a file of hundreds
 * of megabytes a few kilobytes are read.
 */
export async function readOnnx(file: Blob): Promise<OnnxFacts> {
  const properties = await readProperties(file);
  const [height, width] = numbersIn(properties.get('imgsz') ?? '');
  const task = properties.get('task');
  const licence = properties.get('license')?.trim();
  const isEndToEnd = /^true$/i.test(properties.get('end2end') ?? '');
  const family = isEndToEnd ? 'yolo-end2end' : familyIn(properties.get('description') ?? '');
  return {
    classes: namesIn(properties.get('names') ?? ''),
    ...(width !== undefined && height !== undefined && { width, height }),
    ...((task === 'detect' || task === 'segment') && { task }),
    ...(licence && { licence }),
    ...(family && { family }),
  };
}

const numbersIn = (text: string) => [...text.matchAll(/\d+/g)].map(([digits]) => Number(digits));

const familyIn = (description: string) =>
  /yolov5/i.test(description) ? 'yolov5' : /yolo(v8|v9|11|12)/i.test(description) ? 'yolov8' : undefined;

/** A Python dict of numbers and names, in either kind of quotes. */
function namesIn(text: string): string[] {
  const entries = [...text.matchAll(/(\d+)\s*:\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)];
  return entries
    .map(([, id, single, double]) => ({
      id: Number(id),
      name: (single ?? double ?? '').replace(/\\(.)/g, '$1'),
    }))
    .sort((a, b) => a.id - b.id)
    .map(({ name }) => name);
}

async function readProperties(file: Blob): Promise<Map<string, string>> {
  const properties = new Map<string, string>();
  for (let at = 0; at < file.size; ) {
    const head = await bytesOf(file, at, at + HEAD_BYTES);
    const tag = readVarint(head, 0);
    const value = readVarint(head, tag.next);
    const isBlock = (tag.value & 7) === LENGTH_DELIMITED;
    const start = at + (isBlock ? value.next : tag.next);
    const end = isBlock ? start + value.value : at + skipScalar(tag.value & 7, tag.next, value.next);
    if (tag.value >>> 3 === METADATA_FIELD && isBlock) {
      const [key, text] = readEntry(await bytesOf(file, start, end));
      properties.set(key, text);
    }
    if (!(end > at)) break;
    at = end;
  }
  return properties;
}

const bytesOf = async (file: Blob, from: number, to: number) =>
  new Uint8Array(await file.slice(from, to).arrayBuffer());

function skipScalar(wireType: number, afterTag: number, afterVarint: number): number {
  if (wireType === 1) return afterTag + 8;
  return wireType === 5 ? afterTag + 4 : afterVarint;
}

function readEntry(bytes: Uint8Array): [string, string] {
  const texts = ['', ''];
  for (let at = 0; at < bytes.length; ) {
    const tag = readVarint(bytes, at);
    const length = readVarint(bytes, tag.next);
    const end = length.next + length.value;
    texts[(tag.value >>> 3) - 1] = new TextDecoder().decode(bytes.subarray(length.next, end));
    at = end;
  }
  return texts as [string, string];
}

/** Seven bits a byte, lowest first. By multiplication, because sizes pass 32 bits. */
function readVarint(bytes: Uint8Array, start: number): { value: number; next: number } {
  let value = 0;
  for (let at = start, factor = 1; at < bytes.length; at++, factor *= 128) {
    const byte = bytes[at] as number;
    value += (byte & 127) * factor;
    if (byte < 128) return { value, next: at + 1 };
  }
  return { value, next: bytes.length };
}
