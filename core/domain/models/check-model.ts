import { createHash } from 'node:crypto';
import type { ModelRefusal } from '../../contracts/http/models.ts';
import type { ModelManifest } from '../../contracts/model-manifest.ts';
import { type ModelRepository, type ProposedModel, weightsKey } from '../entities/model.ts';
import type { ObjectStore } from '../entities/objects.ts';
import { proposalOf } from './add-model.ts';

/** One version of an object that has arrived as weights. */
export interface ArrivedWeights {
  readonly key: string;
  readonly version: string;
  readonly sizeBytes: number;
}

export interface CheckModelPorts {
  readonly models: Pick<ModelRepository, 'claim' | 'settle'>;
  readonly arrived: {
    read(object: ArrivedWeights): Promise<Uint8Array>;
    remove(object: ArrivedWeights): Promise<void>;
  };
  readonly objects: Pick<ObjectStore, 'put'>;
  /** Loads and runs the weights where they can do no harm. @returns what is wrong with them. */
  readonly tryModel: (weights: Uint8Array, manifest: ModelManifest) => Promise<ModelRefusal | undefined>;
}

const CHECK_FAILED: ModelRefusal = {
  code: 'check_failed',
  detail: 'The check failed for a reason other than the model. Add the version again.',
};

/**
 * Checks weights that were sent by a presigned form, and lets jobs name them where they pass. Safe to repeat:
 * one object version has the proposal, and its check has one end.
 * @returns what happened, for the log.
 */
export async function checkModel(
  object: ArrivedWeights,
  { lastDelivery }: { lastDelivery: boolean },
  ports: CheckModelPorts,
): Promise<'ignored' | 'available' | ModelRefusal> {
  const proposal = proposalOf(object.key);
  const model = proposal && (await ports.models.claim(proposal, object.version));
  if (model === undefined) {
    if (proposal !== undefined) await ports.arrived.remove(object);
    return 'ignored';
  }
  try {
    const refusal = await acceptWeights(object, model, ports);
    await ports.models.settle(model, refusal);
    await ports.arrived.remove(object);
    return refusal ?? 'available';
  } catch (error) {
    if (lastDelivery) await ports.models.settle(model, CHECK_FAILED);
    throw error;
  }
}

async function acceptWeights(
  object: ArrivedWeights,
  model: ProposedModel,
  ports: CheckModelPorts,
): Promise<ModelRefusal | undefined> {
  if (object.sizeBytes !== model.sizeBytes) {
    const detail = `${model.sizeBytes} bytes were announced and ${object.sizeBytes} came.`;
    return { code: 'wrong_size', detail };
  }
  const weights = await ports.arrived.read(object);
  const sha256 = createHash('sha256').update(weights).digest('hex');
  if (sha256 !== model.sha256) {
    return {
      code: 'wrong_sha256',
      detail: `The manifest names ${model.sha256}; the uploaded file has ${sha256}.`,
    };
  }
  const refusal = await ports.tryModel(weights, toManifest(model));
  if (refusal === undefined) await ports.objects.put(weightsKey(model), weights, 'application/octet-stream');
  return refusal;
}

const toManifest = ({ sizeBytes, proposal, status, refusal, registeredAt, ...manifest }: ProposedModel) =>
  manifest;
