import { expect, it } from 'vitest';
import { createMemoryApi, type MemoryRequest } from '../../helpers/memory-api.ts';

/** Where a deployment is reached, and which path of the API a URL there leads to; undefined where it leads elsewhere. */
const ADDRESSES = {
  'execute-api under its stage': {
    base: 'https://abc123.execute-api.eu-west-1.amazonaws.com/api',
    pathOf: ({ pathname }: URL) => (pathname.startsWith('/api/') ? pathname.slice('/api'.length) : undefined),
  },
  'a domain of its own': {
    base: 'https://api.example.org',
    pathOf: ({ pathname }: URL) => pathname,
  },
  'CloudFront, beside the pages': {
    base: 'https://d111111abcdef8.cloudfront.net',
    pathOf: ({ pathname }: URL) => (/^\/(v1\/|docs$|\.well-known\/)/.test(pathname) ? pathname : undefined),
  },
};

it.each(Object.entries(ADDRESSES))('behind %s a client gets on by what it is given', async (_, address) => {
  const { call } = await createMemoryApi({ registration: 'open' });
  const ask = (method: string, url: string, request?: MemoryRequest) => {
    const path = address.pathOf(new URL(url));
    if (path === undefined || !url.startsWith(address.base)) throw new Error(`${url} is not the API's.`);
    return call(`${method} ${path}`, request);
  };
  const person = { email: 'ada@example.org', password: 'four unrelated words' };
  const registration = `${address.base}/v1/users`;
  const made = await ask('POST', registration, {
    json: { ...person, passwordConfirmation: person.password },
  });
  expect(made.status).toBe(201);
  const { body: session } = await ask('POST', `${address.base}/v1/sessions`, { json: person });
  const location = new URL(made.headers.get('location') ?? '', registration).href;
  const { status, body } = await ask('GET', location, { token: session.accessToken });
  expect([status, body.email]).toEqual([200, person.email]);
});
