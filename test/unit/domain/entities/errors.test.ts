import { expect, it } from 'vitest';
import { UnusableImageError } from '../../../../core/domain/entities/errors.ts';

it('errors tell no signed URL that could be used', () => {
  const url = 'https://bucket.s3.amazonaws.com/videos/vid_1?X-Amz-Security-Token=IQoJ&X-Amz-Signature=abc';
  const { message } = new UnusableImageError('damaged_image', `${url}: Invalid data found (see ${url})`);
  expect(message).toBe(
    'https://bucket.s3.amazonaws.com/videos/vid_1?… Invalid data found (see https://bucket.s3.amazonaws.com/videos/vid_1?…)',
  );
});
