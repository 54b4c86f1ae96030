import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ModelManifest } from '../../core/contracts/model-manifest.ts';

/** A tiny model: `test/fixtures/vision/make_models.py` says what each one sees. */
export const tinyModel = (name: string): Uint8Array =>
  readFileSync(new URL(`../fixtures/vision/models/${name}.onnx`, import.meta.url));

export const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Of `yolov8-detect`. */
export const TINY_MANIFEST: ModelManifest = {
  id: 'tiny',
  version: '1',
  family: 'yolov8',
  task: 'detect',
  classes: ['plate', 'coin'],
  inputSize: { width: 64, height: 64 },
  licence: 'Apache-2.0',
  sha256: hashOf(tinyModel('yolov8-detect')),
};
