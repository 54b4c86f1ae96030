import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWeightsCache } from '../../../../core/adapters/files/weights-cache.ts';
import { describeModel } from '../../../../core/adapters/onnx/describe-model.ts';
import { loadModel } from '../../../../core/adapters/onnx/load-model.ts';
import {
  createModelSessions,
  estimateSessionBytes,
} from '../../../../core/domain/analysis/model-sessions.ts';
import type { RegisteredModel } from '../../../../core/domain/entities/model.ts';
import { tinyModel } from '../../../helpers/tiny-models.ts';

const NAMES = ['yolov5-detect', 'yolov8-detect', 'end2end-detect', 'yolov8-segment', 'yolov8-dynamic'];
const models = new Map<string, RegisteredModel>();
for (const id of NAMES) {
  const manifest = await describeModel(tinyModel(id), { id, version: '1' });
  models.set(id, { ...manifest, status: 'available', registeredAt: '2026-01-01T00:00:00.000Z' });
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'model-budget-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('five models take turns in a worker with room for two; each answers as itself, weights come once', async () => {
  const fetched: string[] = [];
  const live = new Set<string>();
  let most = 0;
  const cache = createWeightsCache({
    folder,
    limitBytes: 1_000_000,
    fetch: async ({ id }: RegisteredModel) => {
      fetched.push(id);
      return tinyModel(id);
    },
  });
  const sessions = createModelSessions({
    find: async ({ id }) => models.get(id),
    readWeights: cache.read,
    load: async (weights, manifest) => {
      const model = await loadModel({ bytes: weights }, manifest, { threads: 1 });
      live.add(manifest.id);
      most = Math.max(most, live.size);
      return {
        ...model,
        release: () => {
          live.delete(manifest.id);
          return model.release();
        },
      };
    },
    limitBytes: 2.5 * estimateSessionBytes(0, [...models.values()][0] as RegisteredModel),
  });

  for (const id of [...NAMES, ...NAMES.toReversed(), ...NAMES]) {
    const family = await sessions.use({ id, version: '1' }, async (model) => {
      const [predictions] = await model.run((input) => input.fill(0.5));
      expect(predictions?.data.length).toBeGreaterThan(0);
      return model.manifest.family;
    });
    expect(family).toBe(models.get(id)?.family);
  }
  expect(most).toBe(2);
  expect(fetched).toEqual(NAMES);
  const hashes = NAMES.map((id) => createHash('sha256').update(tinyModel(id)).digest('hex'));
  expect((await readdir(folder)).sort()).toEqual(hashes.sort());
});
