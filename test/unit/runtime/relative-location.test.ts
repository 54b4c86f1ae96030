import { expect, it } from 'vitest';
import { relativeTo } from '../../../core/runtime/relative-location.ts';

it.each([
  ['/v1/images', '/v1/jobs/3', 'jobs/3'],
  ['/v1/models/a/versions', '/v1/models/a/versions/2', 'versions/2'],
  ['/v1/batches/b/results', '/v1/batches/b/results?format=csv', 'results?format=csv'],
  ['/v1/webhooks/w/test', '/v1/webhooks/w/deliveries/d', 'deliveries/d'],
  ['/v1/jobs/3/cancel', '/v1/images/9', '../../images/9'],
  ['/v1/users', '/v1/users/me', 'users/me'],
])('from %s, %s is %s', (from, to, relative) => {
  expect(relativeTo(from, to)).toBe(relative);
  expect(new URL(relative, `https://example.org/stage${from}`).href).toBe(`https://example.org/stage${to}`);
});
