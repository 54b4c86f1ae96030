import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { ModelManifest } from '../../core/contracts/model-manifest.ts';
import { signUp } from '../demo/pipeline-api.ts';
import { PROJECT } from '../paths.ts';

/** As many clients at once find every function of the API there. */
const CLIENTS = Math.min(4, availableParallelism());
/** How long a request waits for its jobs. */
const WAIT_SECONDS = 20;

/**
 * Starts the functions that people wait for, and has the workers load the models: by requests of an account that is
 * deleted after them, since that is what starts them on any emulator.
 */
export async function warmUp(apiUrl: string, models: readonly ModelManifest[]): Promise<void> {
  const authorization = `Bearer ${await signUp(apiUrl)}`;
  const image = readFileSync(join(PROJECT, 'models', 'samples', 'table-1.jpg'));
  const names = models.map(({ id, version }) => `${id}@${version}`).join(',');
  const send = (path: string, request: RequestInit = {}) =>
    fetch(apiUrl + path, { ...request, headers: { authorization, 'content-type': 'image/jpeg' } });
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      // Another image for each, to which a decoder pays no heed: nothing is answered from the results of before.
      const body = Buffer.concat([image, Buffer.from(randomUUID())]);
      const answer = await send(`/v1/images?models=${names}&wait=${WAIT_SECONDS}`, { method: 'POST', body });
      const { jobs } = (await answer.json()) as { jobs?: { links: { overlay: string } }[] };
      await Promise.all([
        send('/v1/jobs'),
        ...(jobs ?? []).slice(0, client === 0 ? 1 : 0).map(({ links }) => send(links.overlay)),
      ]);
    }),
  );
  await send('/v1/users/me', { method: 'DELETE' });
}
