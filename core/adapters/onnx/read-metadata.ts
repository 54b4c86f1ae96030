import { Reader } from 'protobufjs/minimal.js';
import type { Size } from '../../vision/geometry.ts';
import { UnusableModelError } from './unusable-model.ts';

/** What an exporter wrote into an ONNX file besides the graph. */
export interface OnnxMetadata {
  /** In label order. */
  readonly classes?: string[];
  readonly inputSize?: Size;
  readonly licence?: string;
}

/** Field 14 of `ModelProto`: `metadata_props`, entries of key (1) and value (2). */
const METADATA_FIELD = 14;

/**
 * Reads `names`, `imgsz` and `license` of an ultralytics export. ONNX Runtime for Node does not hand these out.
 * @throws UnusableModelError where the bytes are no ONNX model.
 */
export function readMetadata(bytes: Uint8Array): OnnxMetadata {
  const properties = readProperties(bytes);
  const names = properties.get('names');
  const imgsz = properties.get('imgsz');
  const licence = properties.get('license');
  return {
    ...(names !== undefined && { classes: parseNames(names) }),
    ...(imgsz !== undefined && { inputSize: parseSize(imgsz) }),
    ...(licence !== undefined && { licence }),
  };
}

function readProperties(bytes: Uint8Array): Map<string, string> {
  const properties = new Map<string, string>();
  try {
    const reader = Reader.create(bytes);
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag >>> 3 !== METADATA_FIELD) reader.skipType(tag & 7);
      else {
        const [key, value] = readEntry(reader);
        properties.set(key, value);
      }
    }
  } catch (cause) {
    throw new UnusableModelError('The file is no ONNX model: its outer structure is broken.', {
      ...{ cause, code: 'no_onnx_model' },
    });
  }
  return properties;
}

function readEntry(reader: Reader): [key: string, value: string] {
  const entry: [string, string] = ['', ''];
  for (const end = reader.uint32() + reader.pos; reader.pos < end; ) {
    const tag = reader.uint32();
    const field = tag >>> 3;
    if (field === 1 || field === 2) entry[field - 1] = reader.string();
    else reader.skipType(tag & 7);
  }
  return entry;
}

/** `{0: 'person', 1: "driver's seat"}` as Python writes a dict, or a list of names. */
function parseNames(text: string): string[] {
  const strings = [...text.matchAll(/(?:(\d+)\s*:\s*)?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)];
  const names: string[] = [];
  strings.forEach(([, key, single, double], index) => {
    names[key === undefined ? index : Number(key)] = (single ?? double ?? '').replace(/\\(.)/g, '$1');
  });
  return Array.from(names, (name, classId) => name ?? `class ${classId}`);
}

/** `[height, width]`. */
function parseSize(text: string): Size {
  const [height = 0, width = height] = (text.match(/\d+/g) ?? []).map(Number);
  return { width, height };
}
