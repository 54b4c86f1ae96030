import { describe, expect, it, vi } from 'vitest';
import { hostileImages } from '../../helpers/attacks/hostile-images.ts';
import { hostileModels } from '../../helpers/attacks/hostile-models.ts';
import { hostileVideos } from '../../helpers/attacks/hostile-videos.ts';
import { hostileZips } from '../../helpers/attacks/hostile-zips.ts';
import { type FileKind, openFiles } from '../../helpers/attacks/open-files.ts';
import { noteFigure, playAttacks, someOf } from '../../helpers/attacks/play-attacks.ts';

vi.setConfig({ testTimeout: 300_000 });

const CONSUMPTION = 'API4 resource consumption';
/** What a worker may hold while it opens what it was sent. */
const WORKER_MB = 512;
/** What a trial may take, and Node before it does anything. */
const TRIAL_MB = 1000 + 640;

interface HostileFiles {
  readonly refused: Readonly<Record<string, Uint8Array>>;
  readonly mayOpen?: Readonly<Record<string, Uint8Array>>;
}

async function attackWith(kind: FileKind, { refused, mayOpen = {} }: HostileFiles, limitMb: number) {
  const [hostile, bounded] = [someOf(refused), someOf(mayOpen)];
  const { outcomes, peakMb } = await openFiles(kind, { ...hostile, ...bounded });
  await playAttacks(CONSUMPTION, { ...hostile, ...bounded }, async (_, name) => {
    const outcome = outcomes[name] ?? '';
    const isFine = name in bounded && outcome === 'opened';
    return isFine || /^[a-z0-9_]+(, [a-z0-9_]+)*$/.test(outcome.replace('opened', '')) ? undefined : outcome;
  });
  if (peakMb === undefined) return;
  await playAttacks(CONSUMPTION, { [`the memory of all ${kind}s`]: peakMb }, async () =>
    peakMb <= limitMb ? undefined : `${Math.round(peakMb)} MB; ${limitMb} MB are allowed`,
  );
  noteFigure(`${kind}s: at most ${Math.round(peakMb)} MB of ${limitMb} MB`);
  expect(peakMb).toBeGreaterThan(30);
}

describe('is refused, within bounds of time and memory', () => {
  it('what is named as a picture', async () => attackWith('image', await hostileImages(), WORKER_MB));
  it('what is named as a zip', async () => attackWith('zip', { refused: await hostileZips() }, WORKER_MB));
  it('what is named as a video', async () => attackWith('video', hostileVideos(), WORKER_MB));
  it('what is named as a model', async () => attackWith('model', { refused: hostileModels() }, TRIAL_MB));
});
