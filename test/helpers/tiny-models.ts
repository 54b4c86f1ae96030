import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { ModelManifest } from '../../core/contracts/model-manifest.ts';
import type { ApiClient } from './api-client.ts';
import { pollUntil, postForm } from './pipeline.ts';

/** A tiny model: `test/fixtures/vision/make_models.py` says what each one sees. */
export const tinyModel = (name: string): Uint8Array =>
  readFileSync(new URL(`../fixtures/vision/models/${name}.onnx`, import.meta.url));

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

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

/** A manifest of these bytes, under a name that no other test has. */
export const manifestOf = (weights: Uint8Array, changes: Partial<ModelManifest> = {}): ModelManifest => ({
  ...TINY_MANIFEST,
  id: `tiny-${randomUUID()}`,
  sha256: hashOf(weights),
  ...changes,
});

/** Adds a version by the API and waits for its verdict. @returns the version as admins see it. */
export async function addModel(admin: ApiClient, weights: Uint8Array, manifest: ModelManifest) {
  const { status, body: form } = await admin('POST /v1/models', {
    json: { ...manifest, sizeBytes: weights.byteLength },
  });
  expect({ status, form }).toMatchObject({ status: 201 });
  expect((await postForm(form, weights)).ok).toBe(true);
  return waitForVerdict(admin, manifest);
}

export async function waitForVerdict(admin: ApiClient, { id, version }: { id: string; version: string }) {
  const { body } = await pollUntil(
    () => admin(`GET /v1/models/${id}/versions/${version}`),
    (answer) => !['pending', 'checking'].includes(answer.body.status),
    90,
  );
  return body;
}
