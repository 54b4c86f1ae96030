import { gzipSync } from 'node:zlib';
import { tinyModel } from '../tiny-manifest.ts';

/** Files that are named as ONNX models, and that no trial may let through. */
export function hostileModels(): Record<string, Uint8Array> {
  const tiny = Buffer.from(tinyModel('yolov8-detect'));
  return {
    'an empty file': Buffer.alloc(0),
    noughts: Buffer.alloc(100_000),
    'a number that never ends': Buffer.alloc(100_000, 0xff),
    'a graph of two gigabytes, as it says': Buffer.from('3affffffff07', 'hex'),
    'a field of 2^63 bytes': Buffer.from('3affffffffffffffffff01', 'hex'),
    '5,000 graphs within one another': nestedGraphs(5000),
    'groups that are opened and never closed': Buffer.alloc(50_000, 0x0b),
    'a million fields that nobody knows': Buffer.concat([
      Buffer.alloc(2_000_000, Buffer.from('f801', 'hex')),
      tiny,
    ]).subarray(0, 2_000_000),
    'a tensor of 2^40 numbers without any': modelOf([initializer([2 ** 40])]),
    'a tensor of 2^62 x 4 numbers': modelOf([initializer([2 ** 52, 2 ** 10, 4])]),
    'a tensor of a negative size': modelOf([field(5, field(1, varint(-1n)))]),
    'gzip of noughts': gzipSync(Buffer.alloc(50_000_000)),
    'a cut model': tiny.subarray(0, tiny.byteLength / 2),
    'a picture': Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
    'a pickle that runs a command': Buffer.from("cos\nsystem\n(S'id'\ntR."),
    ...Object.fromEntries(
      ['custom-operator', 'external-weights', 'not-a-number', 'failing', 'hungry', 'stalling'].map((name) => [
        `the model ${name}`,
        tinyModel(name),
      ]),
    ),
  };
}

/** Protocol Buffers' numbers. */
function varint(value: bigint | number): Buffer {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

const field = (number: number, data: Buffer) =>
  Buffer.concat([varint((number << 3) | 2), varint(data.byteLength), data]);

/** A ModelProto: its version, its graph, its operators. */
const modelOf = (parts: Buffer[]) =>
  Buffer.concat([
    Buffer.from('0808', 'hex'),
    field(7, Buffer.concat([field(2, Buffer.from('g')), ...parts])),
    field(8, Buffer.from('1011', 'hex')),
  ]);

/** A TensorProto of a graph: sizes, and 32-bit floats that are missing. */
const initializer = (sizes: readonly number[]) =>
  field(
    5,
    Buffer.concat([
      ...sizes.map((size) => Buffer.concat([Buffer.from([8]), varint(size)])),
      Buffer.from('1001', 'hex'),
      field(8, Buffer.from('w')),
    ]),
  );

/** A graph in an attribute of a node of a graph, and so on. */
function nestedGraphs(depth: number): Buffer {
  let graph = Buffer.alloc(0);
  for (let level = 0; level < depth; level += 1) graph = field(1, field(5, field(6, graph)));
  return Buffer.concat([Buffer.from('0808', 'hex'), field(7, graph)]);
}
