import type { Stage } from '../lib/stage-settings.ts';

/** The stage that `npx cdk deploy --all` deploys. Put its settings here: `alarmEmail` first of all. */
export const prod: Stage = { stackPrefix: 'Segmentry' };
