import type { Stage } from '../lib/stage-settings.ts';

/** A deployment on an emulator: as on AWS, but for what lib/target.ts names. */
export const local: Stage = { stackPrefix: 'Segmentry' };
