import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { ModelManifest } from '../../core/contracts/model-manifest.ts';
import type { ApiClient } from './api-client.ts';
import { pollUntil, postForm } from './pipeline.ts';
import { hashOf, TINY_MANIFEST } from './tiny-manifest.ts';

export { TINY_MANIFEST, tinyModel } from './tiny-manifest.ts';

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
