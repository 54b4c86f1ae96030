import type { ModelManifest } from '../../contracts/model-manifest.ts';
import { type ModelRepository, type RegisteredModel, weightsKey } from '../entities/model.ts';
import type { ObjectStore } from '../entities/objects.ts';

export interface RegisterModelPorts {
  readonly objects: Pick<ObjectStore, 'put'>;
  readonly models: Pick<ModelRepository, 'put'>;
  readonly now: () => Date;
}

/** Puts the weights of a model that was looked at already into the bucket, then lets jobs name it. */
export async function registerModel(
  { manifest, weights }: { manifest: ModelManifest; weights: Uint8Array },
  ports: RegisterModelPorts,
): Promise<RegisteredModel> {
  const registeredAt = ports.now().toISOString();
  const model: RegisteredModel = { ...manifest, status: 'available', registeredAt };
  await ports.objects.put(weightsKey(model), weights, 'application/octet-stream');
  await ports.models.put(model);
  return model;
}
