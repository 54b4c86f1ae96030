import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ModelRefusal } from '../../../../core/contracts/http/models.ts';
import type { ProposedModel } from '../../../../core/domain/entities/model.ts';
import { weightsKey } from '../../../../core/domain/entities/model.ts';
import { incomingKey } from '../../../../core/domain/models/add-model.ts';
import { type CheckModelPorts, checkModel } from '../../../../core/domain/models/check-model.ts';

const weights = new Uint8Array([1, 2, 3]);
const proposed: ProposedModel = {
  id: 'plates',
  version: '3',
  family: 'yolov8',
  task: 'segment',
  classes: ['plate'],
  inputSize: { width: 64, height: 64 },
  licence: 'MIT',
  sha256: createHash('sha256').update(weights).digest('hex'),
  sizeBytes: 3,
  proposal: 'upl_1',
  status: 'pending',
  registeredAt: '2026-01-01T00:00:00.000Z',
};
const object = { key: incomingKey(proposed), version: 'v1', sizeBytes: 3 };

/** The outside world, in memory: one proposal, one object. */
function createWorld() {
  const world = {
    model: { ...proposed, objectVersion: undefined as string | undefined },
    stored: new Map<string, Uint8Array>(),
    removed: [] as string[],
    tried: 0,
    verdict: undefined as ModelRefusal | undefined,
    s3Fails: false,
  };
  const ports: CheckModelPorts = {
    models: {
      claim: async ({ proposal }, version) => {
        const { status, objectVersion } = world.model;
        const isOurs = status === 'checking' && objectVersion === version;
        if (proposal !== world.model.proposal || (status !== 'pending' && !isOurs)) return undefined;
        world.model = { ...world.model, status: 'checking', objectVersion: version };
        return world.model as ProposedModel;
      },
      settle: async ({ proposal }, refusal) => {
        if (proposal !== world.model.proposal || world.model.status !== 'checking') return;
        world.model = {
          ...world.model,
          ...(refusal ? { status: 'refused', refusal } : { status: 'available' }),
        };
      },
    },
    arrived: {
      read: async () => weights,
      remove: async ({ version }) => {
        world.removed.push(version);
      },
    },
    objects: {
      put: async (key, body) => {
        if (world.s3Fails) throw new Error('S3 is away.');
        world.stored.set(key, body as Uint8Array);
      },
    },
    tryModel: async () => {
      world.tried += 1;
      return world.verdict;
    },
  };
  return { world, ports };
}

let world: ReturnType<typeof createWorld>['world'];
let ports: CheckModelPorts;
beforeEach(() => {
  ({ world, ports } = createWorld());
});
const check = (arrived: Partial<typeof object> = {}, lastDelivery = false) =>
  checkModel({ ...object, ...arrived }, { lastDelivery }, ports);

it('makes a model available whose weights pass', async () => {
  expect(await check()).toBe('available');
  expect(world.model.status).toBe('available');
  expect(world.stored.get(weightsKey(proposed))).toEqual(weights);
  expect(world.removed).toEqual(['v1']);
});

describe('refuses, and stores nothing', () => {
  it('what is longer or shorter than announced, unread', async () => {
    await check({ sizeBytes: 4 });
    expect(world.model.refusal).toEqual({ code: 'wrong_size', detail: '3 bytes were announced and 4 came.' });
    expect(world.tried).toBe(0);
  });

  it('other bytes than announced, untried', async () => {
    world.model.sha256 = 'f'.repeat(64);
    await check();
    expect(world.model).toMatchObject({ status: 'refused', refusal: { code: 'wrong_sha256' } });
    expect(world.tried).toBe(0);
  });

  it('what fails its trial, with its reason', async () => {
    world.verdict = { code: 'trial_stalled', detail: 'It was not done.' };
    expect(await check()).toEqual(world.verdict);
    expect(world.model).toMatchObject({ status: 'refused', refusal: world.verdict });
  });

  it.each([['refused by size'], ['refused by trial']])('and takes the file away: %s', async (how) => {
    world.verdict = { code: 'trial_crashed', detail: '' };
    await check(how === 'refused by size' ? { sizeBytes: 4 } : {});
    expect(world.stored.size).toBe(0);
    expect(world.removed).toEqual(['v1']);
  });
});

describe('is safe to repeat', () => {
  it('after its end: nothing is tried again', async () => {
    await check();
    expect(await check()).toBe('ignored');
    expect(world.tried).toBe(1);
    expect(world.model.status).toBe('available');
  });

  it('after a worker died half-way', async () => {
    world.s3Fails = true;
    await expect(check()).rejects.toThrow('S3 is away.');
    expect(world.model.status).toBe('checking');
    world.s3Fails = false;
    expect(await check()).toBe('available');
  });

  it('and has an end where it fails to the last delivery', async () => {
    world.s3Fails = true;
    await expect(check({}, true)).rejects.toThrow('S3 is away.');
    expect(world.model).toMatchObject({ status: 'refused', refusal: { code: 'check_failed' } });
  });
});

describe('ignores', () => {
  it('a second file by the same form, whatever it is', async () => {
    await check();
    expect(await check({ version: 'v2' })).toBe('ignored');
    expect(world.removed).toEqual(['v1', 'v2']);
    expect(world.stored.size).toBe(1);
  });

  it('a file by the form of a proposal that was replaced', async () => {
    world.model = { ...world.model, proposal: 'upl_2' };
    expect(await check()).toBe('ignored');
    expect(world.model.status).toBe('pending');
  });

  it('objects that are no proposal, and leaves them', async () => {
    expect(await check({ key: 'incoming-models/readme.txt' })).toBe('ignored');
    expect(world.removed).toEqual([]);
  });
});
