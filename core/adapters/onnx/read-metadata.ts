import { Reader } from 'protobufjs/minimal.js';
import { Preprocessing } from '../../contracts/model-manifest.ts';
import type { Size } from '../../vision/geometry.ts';
import { readNames } from './read-names.ts';
import { UnusableModelError } from './unusable-model.ts';

/** What an exporter wrote into an ONNX file besides the graph. */
export interface OnnxMetadata {
  /** In label order; absent where the file names none. */
  readonly classes?: string[];
  /** `detect`, `segment`, `pose`, … */
  readonly task?: string;
  /** The class of the model's last layer. */
  readonly head?: string;
  /** The outputs are final, by a head without suppression or by suppression in the graph; absent where not said. */
  readonly isEndToEnd?: boolean;
  readonly inputSize?: Size;
  readonly licence?: string;
  /** In the manifest's own words, as the product's converter writes it. */
  readonly preprocessing?: Preprocessing;
}

const LONGEST_LICENCE = 500;

/** Field 14 of `ModelProto`: `metadata_props`, entries of key (1) and value (2). */
const METADATA_FIELD = 14;

/**
 * Reads what an ultralytics export, or another in its manner, says of itself. ONNX Runtime for Node does not hand these out.
 * @throws UnusableModelError where the bytes are no ONNX model.
 */
export function readMetadata(bytes: Uint8Array): OnnxMetadata {
  const properties = readProperties(bytes);
  const names = properties.get('names');
  const classes = names === undefined ? undefined : readNames(names);
  const inputSize = parseSize(properties.get('imgsz') ?? '');
  const licence = properties.get('license')?.trim().slice(0, LONGEST_LICENCE);
  const task = properties.get('kpt_shape') === undefined ? properties.get('task') : 'pose';
  const head = properties.get('head');
  const isEndToEnd = readEndToEnd(properties);
  const preprocessing = readPreprocessing(properties.get('preprocessing'));
  return {
    ...(classes !== undefined && { classes }),
    ...(inputSize !== undefined && { inputSize }),
    ...(licence && { licence }),
    ...(task && { task: task.toLowerCase() }),
    ...(head && { head }),
    ...(isEndToEnd !== undefined && { isEndToEnd }),
    ...(preprocessing && { preprocessing }),
  };
}

/** @returns undefined where it is anything else, of another exporter. */
function readPreprocessing(text = ''): Preprocessing | undefined {
  try {
    return Preprocessing.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** `end2end` is of the head; `nms` among the arguments puts suppression into the graph. */
function readEndToEnd(properties: ReadonlyMap<string, string>): boolean | undefined {
  const end2end = properties.get('end2end');
  const args = properties.get('args');
  if (/^true$/i.test(end2end ?? '') || /['"]nms['"]:\s*true/i.test(args ?? '')) return true;
  return end2end === undefined ? undefined : false;
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
    throw new UnusableModelError('The file is not an ONNX model: its outer structure is broken.', {
      cause,
      code: 'no_onnx_model',
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

/** `[height, width]`, or one number for both. */
function parseSize(text: string): Size | undefined {
  const [height, width = height] = (text.match(/\d+/g) ?? []).map(Number);
  return height && width ? { width, height } : undefined;
}
