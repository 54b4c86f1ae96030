import { expect, it } from 'vitest';
import {
  type RegisteredModel,
  resolveModels,
  UnknownModelError,
} from '../../../../core/domain/entities/model.ts';

const model = (id: string, version: string, day: number): RegisteredModel => ({
  id,
  version,
  family: 'yolov8',
  task: 'segment',
  classes: ['thing'],
  inputSize: { width: 640, height: 640 },
  licence: 'MIT',
  sha256: '0'.repeat(64),
  status: 'available',
  registeredAt: `2026-01-0${day}T00:00:00.000Z`,
});
const catalogue = {
  list: async () => [model('food', '2', 2), model('food', '10', 3), model('cars', '1', 1)],
};
const named = async (...references: string[]) =>
  (await resolveModels(references, catalogue)).map(({ id, version }) => `${id}@${version}`);

it('takes the newest version where none is named', async () => {
  expect(await named('food', 'cars')).toEqual(['food@10', 'cars@1']);
});

it('takes the version that is named, each model once', async () => {
  expect(await named('food@2', 'food@2', 'food@10', 'food')).toEqual(['food@2', 'food@10']);
});

it('names the models there are when one is unknown', async () => {
  await expect(named('cats')).rejects.toThrow(UnknownModelError);
  await expect(named('food@3')).rejects.toThrow('There are: cars@1, food@10, food@2.');
  await expect(resolveModels(['food'], { list: async () => [] })).rejects.toThrow(
    'No model is registered yet.',
  );
});
