import type { ModelManifest } from '../../contracts/model-manifest.ts';
import { createSession } from './create-session.ts';
import { holdAgainstManifest } from './hold-against-manifest.ts';
import { refuseForeignNeeds } from './refuse-foreign-needs.ts';

/** @throws UnusableModelError where the weights can't be run as their manifest says. */
export async function checkModel(bytes: Uint8Array, manifest: ModelManifest): Promise<void> {
  refuseForeignNeeds(bytes);
  const session = await createSession({ bytes }, { threads: 1 });
  try {
    await holdAgainstManifest(session, manifest);
  } finally {
    await session.release();
  }
}
