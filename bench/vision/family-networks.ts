import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commonObjectsPath, hasCommonObjects, modelCache } from '../../core/composition/common-objects.ts';
import { sharedModel } from './photographs.ts';

/** One network of a family. */
export interface FamilyNetwork {
  readonly name: string;
  readonly path: string;
  /** What kind of weights they are: random ones find random things, and many. */
  readonly weights: 'trained' | 'random' | 'random, narrow';
}

/** Made by test/fixtures/exports/make_exports.py: of full size where that was asked for, else the narrow ones. */
const FULL = new URL('../../out/exports/', import.meta.url);
const NARROW = new URL('../../test/fixtures/exports/models/', import.meta.url);

function listExports(folder: URL): string[] {
  const expected = new URL('expected.json', folder);
  return existsSync(expected) ? Object.keys(JSON.parse(readFileSync(expected, 'utf8'))) : [];
}

/** A network or more of each family that is understood, or of these names. */
export function listFamilyNetworks(only: readonly string[] = []): FamilyNetwork[] {
  const cache = modelCache();
  const trained = {
    'YOLOv5n-face': sharedModel('yolov5n-face.onnx'),
    YOLOv8n: sharedModel('yolov8n_dynamic.onnx'),
    'YOLO11n-seg': sharedModel('yolo11n-seg.onnx'),
    YOLO26n: sharedModel('yolo26n.onnx'),
    'YOLO26n-seg': sharedModel('yolo26n-seg.onnx'),
    ...(hasCommonObjects(cache) && { 'common-objects': commonObjectsPath(cache) }),
  };
  const full = new Set(listExports(FULL));
  const exported = [...new Set([...full, ...listExports(NARROW)])].map((name) => ({
    name,
    path: fileURLToPath(new URL(`${name}.onnx`, full.has(name) ? FULL : NARROW)),
    weights: full.has(name) ? ('random' as const) : ('random, narrow' as const),
  }));
  const all = [
    ...Object.entries(trained).map(([name, path]) => ({ name, path, weights: 'trained' as const })),
    ...exported,
  ];
  return all.filter(({ name }) => only.length === 0 || only.includes(name));
}
