import { beforeEach, describe, expect, it } from 'vitest';
import {
  createModelSessions,
  estimateSessionBytes,
} from '../../../../core/domain/analysis/model-sessions.ts';
import type { RegisteredModel } from '../../../../core/domain/entities/model.ts';

const manifest = (id: string): RegisteredModel => ({
  id,
  version: '1',
  family: 'yolov8',
  task: 'segment',
  classes: ['thing'],
  inputSize: { width: 64, height: 64 },
  licence: 'MIT',
  sha256: '0'.repeat(64),
  status: 'available',
  registeredAt: '2026-01-01T00:00:00.000Z',
});
const WEIGHTS_BYTES = 1_000_000;
const EACH = estimateSessionBytes(WEIGHTS_BYTES, manifest('any'));

/** What happened, in order: `+a` loaded, `-a` released. */
let happened: string[];
let fails: boolean;
beforeEach(() => {
  happened = [];
  fails = false;
});

const sessionsFor = (count: number) =>
  createModelSessions({
    find: async ({ id }) => (id === 'gone' ? undefined : manifest(id)),
    readWeights: async () => new Uint8Array(WEIGHTS_BYTES),
    load: async (_, { id }) => {
      if (fails) throw new Error('It can not be loaded.');
      happened.push(`+${id}`);
      return {
        id,
        release: async () => {
          happened.push(`-${id}`);
        },
      };
    },
    limitBytes: count * EACH,
  });

async function useInTurn(sessions: ReturnType<typeof sessionsFor>, ids: string) {
  for (const id of ids) {
    const used = await sessions.use({ id, version: '1' }, async (session) => session.id);
    expect(used).toBe(id);
  }
}

describe('within the limit', () => {
  it('each model is loaded once', async () => {
    await useInTurn(sessionsFor(3), 'abcabcaacb');
    expect(happened).toEqual(['+a', '+b', '+c']);
  });

  it('uses at once share one load', async () => {
    const sessions = sessionsFor(1);
    await Promise.all([useInTurn(sessions, 'aa'), useInTurn(sessions, 'a'), useInTurn(sessions, 'a')]);
    expect(happened).toEqual(['+a']);
  });
});

describe('past the limit', () => {
  it('the model that was used longest ago is released before the next is loaded', async () => {
    await useInTurn(sessionsFor(2), 'abac');
    expect(happened).toEqual(['+a', '+b', '-b', '+c']);
  });

  it('as many are released as it takes, never more', async () => {
    await useInTurn(sessionsFor(2), 'abcdab');
    expect(happened).toEqual(['+a', '+b', '-a', '+c', '-b', '+d', '-c', '+a', '-d', '+b']);
  });

  it('a model that is running stays, and goes when it is done', async () => {
    const sessions = sessionsFor(1);
    let finish = () => {};
    const running = sessions.use(
      { id: 'a', version: '1' },
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    await useInTurn(sessions, 'b');
    expect(happened).not.toContain('-a');
    finish();
    await running;
    expect(happened.filter((event) => event.startsWith('-')).length).toBe(1);
  });

  it('a model over the limit by itself is loaded all the same, and let go after use', async () => {
    const sessions = sessionsFor(0.5);
    await useInTurn(sessions, 'ab');
    expect(happened).toEqual(['+a', '-a', '+b', '-b']);
  });
});

describe('what can not be loaded', () => {
  it('is tried again at its next use, and takes no room', async () => {
    const sessions = sessionsFor(1);
    fails = true;
    await expect(useInTurn(sessions, 'a')).rejects.toThrow('It can not be loaded.');
    fails = false;
    await useInTurn(sessions, 'ba');
    expect(happened).toEqual(['+b', '-b', '+a']);
  });

  it('because nobody knows it, fails by name', async () => {
    await expect(sessionsFor(1).use({ id: 'gone', version: '1' }, async () => 0)).rejects.toMatchObject({
      code: 'model_not_found',
    });
  });
});
