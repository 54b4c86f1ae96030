import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const Attribute = z.looseObject({
  s: z.union([z.string(), z.array(z.int())]).optional(),
  list: z.looseObject({ i: z.array(z.coerce.number()).optional() }).optional(),
});
const TfNode = z.object({
  name: z.string(),
  op: z.string(),
  input: z.array(z.string()).default([]),
  attr: z.record(z.string(), Attribute).default({}),
});
const TfjsModel = z.object({
  modelTopology: z.object({ node: z.array(TfNode) }),
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string().regex(/^[\w.-]+$/)),
      weights: z.array(
        z.object({ name: z.string(), shape: z.array(z.int()), dtype: z.enum(['float32', 'int32']) }),
      ),
    }),
  ),
});

export type TfNode = z.infer<typeof TfNode>;

export interface Weight {
  readonly dims: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** A graph model of TensorFlow.js. */
export interface TfjsModel {
  readonly nodes: ReadonlyMap<string, TfNode>;
  readonly weights: ReadonlyMap<string, Weight>;
}

const BYTES_PER_VALUE = 4;

/** Reads `model.json` and the weights that it names, in 32 bits. */
export function readTfjs(folder: string): TfjsModel {
  const { modelTopology, weightsManifest } = TfjsModel.parse(
    JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')),
  );
  const weights = new Map<string, Weight>();
  for (const group of weightsManifest) {
    const bytes = Buffer.concat(group.paths.map((path) => readFileSync(join(folder, path))));
    let offset = 0;
    for (const { name, shape, dtype } of group.weights) {
      const length = shape.reduce((product, side) => product * side, 1) * BYTES_PER_VALUE;
      const part = Uint8Array.from(bytes.subarray(offset, offset + length));
      offset += length;
      const values = dtype === 'float32' ? new Float32Array(part.buffer) : new Int32Array(part.buffer);
      weights.set(name, { dims: shape, values });
    }
  }
  return { nodes: new Map(modelTopology.node.map((node) => [node.name, node])), weights };
}

/** An attribute that is a text; exporters write it as base64 or as its bytes. */
export function readText({ attr }: TfNode, name: string): string {
  const value = attr[name]?.s ?? '';
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString() : Buffer.from(value).toString();
}

export const readIntegers = ({ attr }: TfNode, name: string): number[] => attr[name]?.list?.i ?? [];
