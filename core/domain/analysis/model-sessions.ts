import type { ModelManifest } from '../../contracts/model-manifest.ts';
import { type ModelVersion, modelReference } from '../entities/job.ts';
import {
  ModelNotFoundError,
  type ModelRepository,
  ModelTooLargeError,
  type RegisteredModel,
} from '../entities/model.ts';

export interface ModelSessionPorts<Session> {
  readonly find: ModelRepository['find'];
  /** @throws where they are not those that the manifest names. */
  readonly readWeights: (model: RegisteredModel) => Promise<Uint8Array>;
  readonly load: (weights: Uint8Array, manifest: ModelManifest) => Promise<Session>;
  /** What all that is loaded may take together, by estimate. */
  readonly limitBytes: number;
  /** Whether a model that alone is over the limit is refused; else it is loaded all the same. */
  readonly isStrict?: boolean;
}

interface Held<Session> {
  readonly opening: Promise<Session>;
  /** 0 until its weights are there. */
  bytes: number;
  users: number;
}

/**
 * What a loaded model takes, roughly: weights as they are and as the kernels want them, what passes between its
 * layers, its threads. Ten models of 4 to 14 MB took 56 to 131 MB by resident memory; this says 51 to 144.
 */
export function estimateSessionBytes(weightsBytes: number, { inputSize }: ModelManifest): number {
  return 20_000_000 + 3 * weightsBytes + 200 * inputSize.width * inputSize.height;
}

/**
 * Models as this process has loaded them: each stays for later jobs while all together stay within the limit.
 * Past it, those that were used longest ago are released, never one that is running.
 */
export function createModelSessions<Session extends { release(): Promise<void> }>(
  ports: ModelSessionPorts<Session>,
) {
  /** In the order of their last use. */
  const held = new Map<string, Held<Session>>();

  async function makeRoom(): Promise<void> {
    for (const [name, { opening, users }] of held) {
      const taken = [...held.values()].reduce((sum, { bytes }) => sum + bytes, 0);
      if (taken <= ports.limitBytes) return;
      if (users > 0) continue;
      held.delete(name);
      await (await opening).release();
    }
  }

  async function open(named: ModelVersion, weigh: (bytes: number) => void): Promise<Session> {
    const model = await ports.find(named);
    if (model === undefined) throw new ModelNotFoundError(modelReference(named));
    const weights = await ports.readWeights(model);
    const bytes = estimateSessionBytes(weights.byteLength, model);
    if (ports.isStrict === true && bytes > ports.limitBytes) throw new ModelTooLargeError();
    weigh(bytes);
    await makeRoom();
    return ports.load(weights, model);
  }

  function hold(model: ModelVersion): Held<Session> {
    const name = modelReference(model);
    const known = held.get(name);
    const entry: Held<Session> = known ?? {
      opening: open(model, (bytes) => {
        entry.bytes = bytes;
      }),
      bytes: 0,
      users: 0,
    };
    // Last in line again. A failure is not kept: the next message tries again.
    held.delete(name);
    held.set(name, entry);
    if (known === undefined) entry.opening.catch(() => held.delete(name));
    return entry;
  }

  return {
    /** Does `work` with the model loaded; it is not released before `work` is done. */
    async use<Result>(model: ModelVersion, work: (session: Session) => Promise<Result>): Promise<Result> {
      const entry = hold(model);
      entry.users += 1;
      try {
        return await work(await entry.opening);
      } finally {
        entry.users -= 1;
        await makeRoom();
      }
    },
  };
}
