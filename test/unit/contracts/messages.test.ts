import { expect, test } from 'vitest';
import { ObjectCreatedMessage } from '../../../core/contracts/messages.ts';

const told = (object: Record<string, unknown>) => ({
  Records: [{ eventName: 'ObjectCreated:Post', s3: { bucket: { name: 'bucket' }, object } }],
});

test('an object that S3 tells of has its key decoded, and its version where the bucket keeps versions', () => {
  const object = { key: 'uploads/a+b%2Bc%C3%A9.jpg', size: 3, eTag: 'tag' };
  const read = (each: typeof object & { versionId?: string }) =>
    ObjectCreatedMessage.parse(told(each)).Records[0]?.s3.object;
  expect(read({ ...object, versionId: 'v1' })).toEqual({
    key: 'uploads/a b+cé.jpg',
    version: 'v1',
    sizeBytes: 3,
  });
  expect(read(object)).toMatchObject({ version: '' });
});

test('a key that is not URL-encoded is refused, and its test event has no objects', () => {
  expect(ObjectCreatedMessage.safeParse(told({ key: '%E0%A4%A', size: 3, eTag: 'tag' })).success).toBe(false);
  expect(ObjectCreatedMessage.parse({ Event: 's3:TestEvent' })).toEqual({ Records: [] });
});
