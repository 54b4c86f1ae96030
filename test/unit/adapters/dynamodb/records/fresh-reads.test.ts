import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { createImageRecords } from '../../../../../core/adapters/dynamodb/records/image-records.ts';
import { createResultCache } from '../../../../../core/adapters/dynamodb/records/result-cache.ts';
import { openTable } from '../../../../../core/adapters/dynamodb/table/segmentry-table.ts';
import { analysisFingerprint, resultCacheKey } from '../../../../../core/domain/media/result-cache.ts';
import { storeAndRecord } from '../../../../../core/domain/media/store-image.ts';
import { createMediaWorld, MODEL, OPTIONS } from '../../../../helpers/memory-table/media-world.ts';

/** An image that was uploaded just now, and the table as whoever does not ask for the latest may find it: empty. */
async function createWorld() {
  const world = createMediaWorld();
  const bytes = new Uint8Array([1]);
  const { image } = await storeAndRecord(
    {
      imageId: 'image-1',
      userId: 'usr_1',
      filename: 'a.jpg',
      keep: 'compressed',
      bytes,
      options: OPTIONS,
      jobs: [],
    },
    (each) => world.images.create(each, undefined),
    world.ports,
  );
  const send = async (command: {
    input: { RequestItems?: Record<string, { ConsistentRead?: boolean }> };
  }) => {
    const asked = command.input.RequestItems?.table;
    if (asked !== undefined && asked.ConsistentRead !== true) return { Responses: {}, UnprocessedKeys: {} };
    return world.memory.client.send(command as never);
  };
  const behind = openTable({ send } as unknown as DynamoDBDocumentClient, 'table');
  return { world, image, behind };
}

it('an image is found as soon as it is there, by its id and by its hash', async () => {
  const { image, behind } = await createWorld();
  const found = await createImageRecords(behind).findOwn([image.id, image.sha256], 'usr_1');
  expect([...found.keys()]).toEqual([image.id, image.sha256]);
});

it('a result is known as soon as it is there: the same is not analysed and charged again', async () => {
  const { world, image, behind } = await createWorld();
  const analysis = { imageId: image.id, model: MODEL, options: OPTIONS };
  const known = {
    imageId: image.id,
    fingerprint: analysisFingerprint(analysis),
    jobId: 'job_1',
    summary: [],
  };
  await world.table.entities.cachedResult.put(known).go();
  const cached = await createResultCache(behind).find([analysis]);
  expect(cached.get(resultCacheKey(analysis))).toMatchObject({ jobId: 'job_1' });
});
