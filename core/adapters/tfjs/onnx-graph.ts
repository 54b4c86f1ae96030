import { Writer } from 'protobufjs/minimal.js';

/** A tensor of constant values. */
export interface Constant {
  readonly dims: readonly number[];
  readonly values: Float32Array | BigInt64Array;
}

export type Attribute = number | string | readonly number[];

interface Node {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Port {
  readonly name: string;
  /** A name is an axis that may have any length. */
  readonly dims: readonly (number | string)[];
}

const IR_VERSION = 8;
const OPSET = 17;
/** Of onnx.proto. */
const TYPE = { float: 1, int64: 7 };
const ATTRIBUTE_TYPE = { int: 2, string: 3, ints: 7 };

/** Collects an ONNX graph's nodes and constants in the order they are made, and writes them as a file. */
export function createOnnxGraph() {
  const nodes: Node[] = [];
  const constants: (Constant & { name: string })[] = [];

  /** @returns the names of its outputs. */
  function addNode(
    operator: string,
    inputs: readonly string[],
    { outputs = 1, ...attributes }: { outputs?: number } & Record<string, Attribute> = {},
  ): string[] {
    const names = Array.from({ length: outputs }, (_, index) => `t${nodes.length}_${index}`);
    nodes.push({ operator, inputs, outputs: names, attributes });
    return names;
  }

  return {
    addNode,
    /** @returns the name of its only output. */
    add: (operator: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}): string =>
      addNode(operator, inputs, attributes)[0] as string,
    floats(values: Iterable<number>, dims: readonly number[] = []): string {
      const name = `c${constants.length}`;
      constants.push({ name, dims, values: Float32Array.from(values) });
      return name;
    },
    integers(values: readonly number[], dims: readonly number[] = [values.length]): string {
      const name = `c${constants.length}`;
      constants.push({ name, dims, values: BigInt64Array.from(values, BigInt) });
      return name;
    },
    /** Names a result as the graph's output. */
    output(from: string, name: string): void {
      nodes.push({ operator: 'Identity', inputs: [from], outputs: [name], attributes: {} });
    },
    write(input: Port, output: Port, metadata: Readonly<Record<string, string>>): Uint8Array {
      const model = Writer.create().uint32(8).int32(IR_VERSION).uint32(18).string('segmentry');
      const graph = model.uint32(58).fork();
      for (const node of nodes) writeNode(graph.uint32(10).fork(), node).ldelim();
      graph.uint32(18).string('graph');
      for (const constant of constants) writeConstant(graph.uint32(42).fork(), constant).ldelim();
      writePort(graph.uint32(90).fork(), input).ldelim();
      writePort(graph.uint32(98).fork(), output).ldelim();
      graph.ldelim();
      model.uint32(66).fork().uint32(10).string('').uint32(16).int32(OPSET).ldelim();
      for (const [key, value] of Object.entries(metadata)) {
        model.uint32(114).fork().uint32(10).string(key).uint32(18).string(value).ldelim();
      }
      return model.finish();
    },
  };
}

export type OnnxGraph = ReturnType<typeof createOnnxGraph>;

function writeNode(writer: Writer, { operator, inputs, outputs, attributes }: Node): Writer {
  for (const name of inputs) writer.uint32(10).string(name);
  for (const name of outputs) writer.uint32(18).string(name);
  writer.uint32(34).string(operator);
  for (const [name, value] of Object.entries(attributes)) {
    writeAttribute(writer.uint32(42).fork().uint32(10).string(name), value).ldelim();
  }
  return writer;
}

function writeAttribute(writer: Writer, value: Attribute): Writer {
  if (typeof value === 'string') {
    return writer.uint32(34).string(value).uint32(160).int32(ATTRIBUTE_TYPE.string);
  }
  if (typeof value === 'number') return writer.uint32(24).int64(value).uint32(160).int32(ATTRIBUTE_TYPE.int);
  for (const each of value) writer.uint32(64).int64(each);
  return writer.uint32(160).int32(ATTRIBUTE_TYPE.ints);
}

function writeConstant(writer: Writer, { name, dims, values }: Constant & { name: string }): Writer {
  for (const side of dims) writer.uint32(8).int64(side);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const type = values instanceof Float32Array ? TYPE.float : TYPE.int64;
  return writer.uint32(16).int32(type).uint32(66).string(name).uint32(74).bytes(bytes);
}

function writePort(writer: Writer, { name, dims }: Port): Writer {
  const tensor = writer.uint32(10).string(name).uint32(18).fork().uint32(10).fork();
  const shape = tensor.uint32(8).int32(TYPE.float).uint32(18).fork();
  for (const side of dims) {
    const dimension = shape.uint32(10).fork();
    if (typeof side === 'string') dimension.uint32(18).string(side);
    else dimension.uint32(8).int64(side);
    dimension.ldelim();
  }
  return shape.ldelim().ldelim().ldelim();
}
