import type { ModelManifest } from '../contracts/model-manifest.ts';
import { manifestKey, type RegisteredModel, weightsKey } from './model.ts';

export interface RegisterModelPorts {
  readonly objects: { put(key: string, body: Uint8Array | string, contentType: string): Promise<void> };
  readonly models: { put(model: RegisteredModel): Promise<void> };
  readonly now: () => Date;
}

/** Puts a model's weights and manifest into the bucket, then lets jobs name it. */
export async function registerModel(
  { manifest, weights }: { manifest: ModelManifest; weights: Uint8Array },
  ports: RegisterModelPorts,
): Promise<RegisteredModel> {
  const model: RegisteredModel = { ...manifest, registeredAt: ports.now().toISOString() };
  await ports.objects.put(weightsKey(model), weights, 'application/octet-stream');
  await ports.objects.put(manifestKey(model), JSON.stringify(manifest, null, 2), 'application/json');
  await ports.models.put(model);
  return model;
}
