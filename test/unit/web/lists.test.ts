import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

describe('a name that is searched for', () => {
  let fits: typeof import('../../../web/app/image-filter.ts')['fits'];
  beforeAll(async () => {
    vi.stubGlobal('location', { origin: 'https://console.example' });
    vi.stubGlobal('addEventListener', () => undefined);
    ({ fits } = await import('../../../web/app/image-filter.ts'));
  });
  afterAll(() => void vi.unstubAllGlobals());

  it.each([
    ['Müller.jpg'.normalize('NFD'), 'müller'],
    ['Müller.jpg', 'MÜLLER'.normalize('NFD')],
  ])('is found however its accents are written', (filename, search) => {
    expect(fits({ filename, uploadedAt: '2026-01-01T00:00:00.000Z' }, [], { search })).toBe(true);
  });
});

describe('the last days', () => {
  const MODULE = new URL('../../../web/app/last-days.ts', import.meta.url);
  /** Zones are those of a process. */
  const daysIn = (zone: string, now: string): unknown => {
    const code = `import { lastDays } from '${MODULE}'; console.log(JSON.stringify(lastDays(4, new Date('${now}')).map((day) => day.getDate())));`;
    const env = { ...process.env, TZ: zone };
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
      env,
      encoding: 'utf8',
    });
    return JSON.parse(output);
  };

  it.each([
    ['after a day of 23 hours', '2026-03-30T00:30:00+02:00', [27, 28, 29, 30]],
    ['after one of 25 hours', '2026-10-26T23:30:00+01:00', [23, 24, 25, 26]],
  ])('are each there once, %s', (_, now, days) => {
    expect(daysIn('Europe/Berlin', now)).toEqual(days);
  });
});

it('the timeline of a video hides the formula that a class may be', async () => {
  vi.stubGlobal('location', { origin: 'https://console.example' });
  vi.stubGlobal('addEventListener', () => undefined);
  const { writeTimeline } = await import('../../../web/video/video-downloads.tsx');
  vi.unstubAllGlobals();
  const timeline = [{ class: '=cmd("x")', ranges: [[0, 1]] }];
  expect(writeTimeline({ timeline } as never).split('\r\n')[1]).toBe(`"'=cmd(""x"")",0,1`);
});
