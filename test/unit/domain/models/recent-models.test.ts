import { expect, it } from 'vitest';
import { type RegisteredModel, resolveModels } from '../../../../core/domain/entities/model.ts';
import { createRecentModels } from '../../../../core/domain/models/recent-models.ts';

const modelOf = (id: string, status: 'available' | 'disabled' = 'available') =>
  ({ id, version: '1', status, registeredAt: '2026-01-01' }) as unknown as RegisteredModel;

function createCatalogue() {
  let nowMs = 0;
  let models = [modelOf('food')];
  let reads = 0;
  const list = async () => {
    reads += 1;
    if (models.length === 0) throw new Error('the table is away');
    return models;
  };
  return {
    catalogue: createRecentModels({ list }, () => new Date(nowMs)),
    become: (next: RegisteredModel[]) => {
      models = next;
    },
    wait: (milliseconds: number) => {
      nowMs += milliseconds;
    },
    reads: () => reads,
  };
}

it('reads models once for all that names them within five seconds', async () => {
  const { catalogue, wait, reads } = createCatalogue();
  for (let request = 0; request < 10; request += 1) await resolveModels(['food'], catalogue);
  expect(reads()).toBe(1);
  wait(5000);
  await resolveModels(['food'], catalogue);
  expect(reads()).toBe(2);
});

it('takes a model that is new at once, and refuses by what is there now', async () => {
  const { catalogue, become } = createCatalogue();
  await resolveModels(['food'], catalogue);
  become([modelOf('food', 'disabled'), modelOf('cars')]);
  expect(await resolveModels(['cars'], catalogue)).toMatchObject([{ id: 'cars' }]);
  await expect(resolveModels(['food@1'], catalogue)).rejects.toThrow('food@1 is disabled');
  become([modelOf('food')]);
  expect(await resolveModels(['food'], catalogue)).toMatchObject([{ id: 'food' }]);
});

it('does not keep that it could not read them', async () => {
  const { catalogue, become } = createCatalogue();
  become([]);
  await expect(resolveModels(['food'], catalogue)).rejects.toThrow('the table is away');
  become([modelOf('food')]);
  expect(await resolveModels(['food'], catalogue)).toMatchObject([{ id: 'food' }]);
});
