import { Reader } from 'protobufjs/minimal.js';
import { UnusableModelError } from './unusable-model.ts';

/** What running an ONNX graph would ask for besides its own bytes. */
export interface GraphNeeds {
  /** `domain.Operator` of those that neither ONNX nor ONNX Runtime brings. */
  readonly customOperators: ReadonlySet<string>;
  /** Files beside the model that it would read weights from. */
  readonly externalFiles: ReadonlySet<string>;
}

/** Operators of these are part of ONNX Runtime; `''` is ONNX itself. */
const KNOWN_DOMAINS = new Set([
  ...['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft'],
  // What a model optimised for one kind of processor is made of.
  ...['com.microsoft.nchwc', 'com.ms.internal.nhwc'],
]);

type MessageKind =
  | 'Model'
  | 'Graph'
  | 'Function'
  | 'Node'
  | 'Attribute'
  | 'SparseTensor'
  | 'Tensor'
  | 'ExternalEntry';

/** Messages of onnx.proto that can hold an operator or a tensor, and their fields that lead on. */
const NESTED: Record<MessageKind, Partial<Record<number, MessageKind>>> = {
  Model: { 7: 'Graph', 25: 'Function' },
  Graph: { 1: 'Node', 5: 'Tensor', 15: 'SparseTensor' },
  Function: { 7: 'Node', 11: 'Attribute' },
  Node: { 5: 'Attribute' },
  Attribute: {
    5: 'Tensor',
    6: 'Graph',
    10: 'Tensor',
    11: 'Graph',
    22: 'SparseTensor',
    23: 'SparseTensor',
  },
  SparseTensor: { 1: 'Tensor', 2: 'Tensor' },
  Tensor: { 13: 'ExternalEntry' },
  ExternalEntry: {},
};

/** Fields that are read as text. */
const TEXTS: Partial<Record<MessageKind, Record<number, string>>> = {
  Function: { 1: 'name', 10: 'domain' },
  Node: { 4: 'operator', 7: 'domain' },
  ExternalEntry: { 1: 'key', 2: 'value' },
};

/** Real graphs nest a few levels; protobuf's own readers stop at a hundred. */
const DEEPEST = 100;

/**
 * Walks the graph, its functions and every graph inside it without loading it.
 * @throws UnusableModelError where the bytes are no ONNX model.
 */
export function readGraph(bytes: Uint8Array): GraphNeeds {
  const used = new Set<string>();
  const own = new Set<string>();
  const externalFiles = new Set<string>();
  let graphs = 0;

  const visit = (kind: MessageKind, texts: Record<string, string>) => {
    const { domain = '', operator, name, key, value } = texts;
    if (kind === 'Graph') graphs += 1;
    if (kind === 'Node' && !KNOWN_DOMAINS.has(domain)) used.add(`${domain}.${operator}`);
    if (kind === 'Function') own.add(`${domain}.${name}`);
    if (kind === 'ExternalEntry' && key === 'location') externalFiles.add(value ?? '');
  };
  try {
    const reader = Reader.create(bytes);
    walk(reader, { kind: 'Model', end: reader.len, depth: 0 }, visit);
  } catch (cause) {
    throw new UnusableModelError('The file is not an ONNX model: its structure is broken.', {
      cause,
      code: 'no_onnx_model',
    });
  }
  if (graphs === 0) throw new UnusableModelError('The file is not an ONNX model.', { code: 'no_onnx_model' });
  return { customOperators: new Set([...used].filter((operator) => !own.has(operator))), externalFiles };
}

type Visit = (kind: MessageKind, texts: Record<string, string>) => void;

function walk(
  reader: Reader,
  { kind, end, depth }: { kind: MessageKind; end: number; depth: number },
  visit: Visit,
): void {
  if (depth > DEEPEST) throw new RangeError('The graph nests too deep.');
  const texts: Record<string, string> = {};
  while (reader.pos < end) {
    const tag = reader.uint32();
    const field = tag >>> 3;
    const inner = NESTED[kind][field];
    const text = TEXTS[kind]?.[field];
    if (inner !== undefined && (tag & 7) === 2) {
      const length = reader.uint32();
      walk(reader, { kind: inner, end: reader.pos + length, depth: depth + 1 }, visit);
    } else if (text !== undefined && (tag & 7) === 2) texts[text] = reader.string();
    else reader.skipType(tag & 7);
  }
  visit(kind, texts);
}
