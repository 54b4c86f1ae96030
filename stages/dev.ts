import type { Stage } from '../lib/stage-settings.ts';

/** A second deployment, for trying things out: `-c stage=dev`. It forgets images after a month. */
export const dev: Stage = { stackPrefix: 'SegmentryDev', retentionDays: 30, analysisConcurrency: 2 };
