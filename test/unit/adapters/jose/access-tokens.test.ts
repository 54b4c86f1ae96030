import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createAccessTokenSigner,
  createAccessTokenVerifier,
} from '../../../../core/adapters/jose/access-tokens.ts';

/** A key pair that signs as KMS would, and its published half. */
async function createKeys() {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  const keys: JSONWebKeySet = { keys: [{ ...jwk, kid, alg: 'ES256', use: 'sig' }] };
  const sign = (payload: Record<string, unknown>, typ = 'at+jwt') =>
    new SignJWT(payload).setProtectedHeader({ alg: 'ES256', typ, kid }).sign(privateKey);
  return { keys, sign };
}

const subject = { userId: 'usr_1', sessionId: 'ses_1' };
let own: Awaited<ReturnType<typeof createKeys>>;
let foreign: Awaited<ReturnType<typeof createKeys>>;
let server: Server;
let issuer: string;
let asked = 0;
/** What the issuer answers where it is out of order. */
let outage: { status: number; body: string } | undefined;

beforeAll(async () => {
  [own, foreign] = await Promise.all([createKeys(), createKeys()]);
  server = createServer((_, response) => {
    asked += 1;
    response.setHeader('content-type', 'application/json');
    response.writeHead(outage?.status ?? 200).end(outage?.body ?? JSON.stringify(foreign.keys));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
afterEach(() => {
  outage = undefined;
});

const verifier = () =>
  createAccessTokenVerifier({ publicKeys: async () => own.keys }, [{ issuer, audience: 'segmentry' }]);
const issuedAt = (seconds: number) =>
  createAccessTokenSigner({ signJwt: own.sign }, () => new Date(Date.now() + seconds * 1000))(subject);

describe('our own access tokens', () => {
  it('tell whose they are and of which log-in, for 15 minutes', async () => {
    expect(await verifier()(await issuedAt(0))).toEqual(subject);
    expect(await verifier()(await issuedAt(-14 * 60))).toEqual(subject);
    expect(await verifier()(await issuedAt(-16 * 60))).toBeUndefined();
  });

  const claims = { iss: 'segmentry', aud: 'segmentry-api', sub: 'usr_1', sid: 'ses_1', iat: 1, exp: 4e9 };
  it.each([
    ['another audience', { ...claims, aud: 'else' }, 'at+jwt'],
    ['an unknown issuer', { ...claims, iss: 'else' }, 'at+jwt'],
    ['no session', { ...claims, sid: undefined }, 'at+jwt'],
    ['no end', { ...claims, exp: undefined }, 'at+jwt'],
    ['another type of token', claims, 'JWT'],
  ])('with %s are not good', async (_, payload, type) => {
    expect(await verifier()(await own.sign(payload, type))).toBeUndefined();
  });

  it('signed by another key are not good', async () => {
    expect(await verifier()(await foreign.sign(claims))).toBeUndefined();
  });
});

describe('tokens of a trusted issuer', () => {
  const nowSeconds = () => Math.floor(Date.now() / 1000);
  const claims = () => ({
    iss: issuer,
    aud: 'segmentry',
    sub: 'ann',
    iat: nowSeconds(),
    exp: 4e9,
    email: 'ann@example.org',
    email_verified: true,
  });

  it('tell of a user that is the same each time, with keys that are asked for once', async () => {
    const verify = verifier();
    const before = asked;
    const first = await verify(await foreign.sign(claims()));
    expect(first).toMatchObject({
      userId: expect.stringMatching(/^usr_[0-9a-f]{32}$/),
      email: 'ann@example.org',
    });
    expect(await verify(await foreign.sign({ ...claims(), jti: 'other' }))).toEqual(first);
    expect(await verify(await foreign.sign({ ...claims(), sub: 'bob' }))).not.toEqual(first);
    expect(asked - before).toBe(1);
  });

  it('of another audience, out of date, or signed by us are not good', async () => {
    const verify = verifier();
    expect(await verify(await foreign.sign({ ...claims(), aud: 'else' }))).toBeUndefined();
    expect(await verify(await foreign.sign({ ...claims(), exp: 1 }))).toBeUndefined();
    expect(await verify(await own.sign(claims()))).toBeUndefined();
  });

  const scoped = () => ({ ...claims(), scope: 'api' });
  it.each<[string, () => Record<string, unknown>, string]>([
    ['without an end', () => ({ ...claims(), exp: undefined }), 'at+jwt'],
    ['without a subject: all of them would be one user', () => ({ ...claims(), sub: undefined }), 'at+jwt'],
    ['with an empty subject', () => ({ ...claims(), sub: '' }), 'at+jwt'],
    ['without the time of issue', () => ({ ...claims(), iat: undefined }), 'at+jwt'],
    ['issued longer than a day ago', () => ({ ...claims(), iat: nowSeconds() - 90_000 }), 'at+jwt'],
    ['that are ID tokens', () => ({ ...claims(), nonce: 'n', at_hash: 'h' }), 'JWT'],
    ["that are Cognito's ID tokens", () => ({ ...scoped(), token_use: 'id' }), 'JWT'],
    ['that log out', scoped, 'logout+jwt'],
    ['of a type nobody knows', scoped, 'dpop+jwt'],
    ['for a client of that issuer only', () => ({ ...scoped(), aud: 'else', client_id: 'segmentry' }), 'JWT'],
    ['as long as a book', () => ({ ...claims(), book: 'x'.repeat(10_000) }), 'at+jwt'],
  ])('%s are not good', async (_, payload, type) => {
    expect(await verifier()(await foreign.sign(payload(), type))).toBeUndefined();
  });

  it.each<[string, () => Record<string, unknown>, string]>([
    ['with a scope, though they do not tell their type', scoped, 'JWT'],
    ["that are Cognito's: the client stands for the audience", cognito, 'JWT'],
  ])('%s are good', async (_, payload, type) => {
    expect(await verifier()(await foreign.sign(payload(), type))).toBeDefined();
  });

  function cognito() {
    return { ...scoped(), aud: undefined, client_id: 'segmentry', token_use: 'access' };
  }

  it.each([
    { status: 503, body: 'no' },
    { status: 200, body: '<html>' },
    { status: 200, body: '{"error": "no"}' },
  ])('are not called bad where the issuer answers $status with $body', async (answer) => {
    const verify = verifier();
    const token = await foreign.sign(claims());
    outage = answer;
    await expect(verify(token)).rejects.toThrow('JSON Web Key Set');
    outage = undefined;
    expect(await verify(token)).toBeDefined();
  });

  it('tell when they end, which is a day after their issue at the latest', async () => {
    const iat = nowSeconds() - 60;
    const endOf = async (exp: number) => {
      const subject = await verifier()(await foreign.sign({ ...claims(), iat, exp }));
      return subject && 'expiresAt' in subject && Date.parse(subject.expiresAt) / 1000;
    };
    expect(await endOf(iat + 600)).toBe(iat + 600);
    expect(await endOf(iat + 90_000)).toBe(iat + 24 * 3600);
  });

  it('tell of no email that the issuer has not verified', async () => {
    const token = await foreign.sign({ ...claims(), email_verified: false });
    expect(await verifier()(token)).toMatchObject({ email: undefined });
  });
});

it.each(['', 'nonsense', 'a.b.c'])('%j is no token', async (token) => {
  expect(await verifier()(token)).toBeUndefined();
});
