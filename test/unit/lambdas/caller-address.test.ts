import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryApi, type MemoryRequest } from '../../helpers/memory-api.ts';

const SECRET = 'only CloudFront and the API know it';
const CLOUDFRONT = '130.176.1.2';

type Api = Awaited<ReturnType<typeof createMemoryApi>>;
let api: Api;
beforeEach(async () => {
  api = await createMemoryApi({ originSecret: SECRET, registrationsPerHour: 3 });
});

/** As API Gateway hands on what came from an address; `secret` is what is said to be CloudFront's. */
const from = (address: string, viewer?: string, secret = SECRET): MemoryRequest => ({
  address,
  ...(viewer !== undefined && {
    headers: {
      'segmentry-origin-secret': secret,
      'segmentry-viewer-address': viewer,
      'x-forwarded-for': `${viewer}, ${address}`,
    },
  }),
});

const logIn = async (origin: MemoryRequest, email: string, password: string) =>
  (await api.call('POST /v1/sessions', { ...origin, json: { email, password } })).status;

let accounts = 0;
async function register(origin: MemoryRequest) {
  accounts += 1;
  const json = {
    email: `new-${accounts}@example.org`,
    password: 'four unrelated words',
    passwordConfirmation: 'four unrelated words',
  };
  return (await api.call('POST /v1/users', { ...origin, json })).status;
}

async function registerOften(times: number, origin: (time: number) => MemoryRequest) {
  const statuses: number[] = [];
  for (let time = 0; time < times; time += 1) statuses.push(await register(origin(time)));
  return statuses;
}

describe('who comes through the console', () => {
  it('is not locked out by a stranger who comes through it too', async () => {
    const [ada, bob] = [await api.createPerson(), await api.createPerson()];
    const stranger = from(CLOUDFRONT, '203.0.113.66');
    for (let guess = 0; guess < 10; guess += 1) await logIn(stranger, ada.email, 'a wrong guess');
    expect(await logIn(stranger, ada.email, ada.password)).toBe(429);
    expect(await logIn(from(CLOUDFRONT, '198.51.100.7'), ada.email, ada.password)).toBe(201);
    for (let guess = 0; guess < 100; guess += 1) {
      await logIn(stranger, `nobody-${guess}@example.org`, 'a wrong guess');
    }
    expect(await logIn(from(CLOUDFRONT, '198.51.100.8'), bob.email, bob.password)).toBe(201);
  });

  it('may register as often as anybody else', async () => {
    expect(await registerOften(4, () => from(CLOUDFRONT, '203.0.113.66'))).toEqual([201, 201, 201, 429]);
    expect(await register(from(CLOUDFRONT, '198.51.100.7'))).toBe(201);
  });

  it('has one address where they have a network of IPv6', async () => {
    const inOne = ['2001:db8:0:7::1', '2001:0db8:0000:0007:aaaa:0:0:1', '2001:DB8:0:7:1:2:3:4'];
    expect(await registerOften(3, (time) => from(CLOUDFRONT, inOne[time]))).toEqual([201, 201, 201]);
    expect(await register(from(CLOUDFRONT, '2001:db8::7:0:0:0:9'))).toBe(429);
    expect(await register(from(CLOUDFRONT, '2001:db8:0:8::1'))).toBe(201);
  });
});

describe('who asks the API itself', () => {
  it.each([
    ['without the secret', undefined, ''],
    ['with another', undefined, SECRET.replace('only', 'ONLY')],
    ['with a part of it', undefined, SECRET.slice(0, -1)],
    ['where no console is deployed', {}, ''],
  ])('has the address of the connection, whatever headers say: %s', async (_, deployed, secret) => {
    if (deployed !== undefined) api = await createMemoryApi({ registrationsPerHour: 3 });
    const pretended = (time: number) => from('192.0.2.9', `198.51.100.${time}`, secret);
    expect(await registerOften(4, pretended)).toEqual([201, 201, 201, 429]);
    expect(await register(from('192.0.2.10'))).toBe(201);
  });
});
