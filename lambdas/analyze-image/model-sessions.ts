import { ModelManifest } from '../../core/contracts/model-manifest.ts';
import { type ModelVersion, modelReference } from '../../core/domain/job.ts';
import { manifestKey, weightsKey } from '../../core/domain/model.ts';

export interface ModelSessionPorts<Session> {
  readonly objects: { get(key: string): Promise<Uint8Array> };
  readonly load: (weights: Uint8Array, manifest: ModelManifest) => Promise<Session>;
}

/** Models as this process has loaded them: each is fetched once, and stays for later invocations. */
export function createModelSessions<Session>({ objects, load }: ModelSessionPorts<Session>) {
  const sessions = new Map<string, Promise<Session>>();

  const open = async (model: ModelVersion): Promise<Session> => {
    const [weights, manifest] = await Promise.all([
      objects.get(weightsKey(model)),
      objects.get(manifestKey(model)),
    ]);
    return load(weights, ModelManifest.parse(JSON.parse(new TextDecoder().decode(manifest))));
  };

  return (model: ModelVersion): Promise<Session> => {
    const name = modelReference(model);
    const known = sessions.get(name);
    if (known !== undefined) return known;
    const opening = open(model);
    sessions.set(name, opening);
    // A failure is not kept: the next message tries again.
    opening.catch(() => sessions.delete(name));
    return opening;
  };
}
