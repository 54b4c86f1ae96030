import { createHmac, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { decodeJwt, exportJWK, exportSPKI, importJWK } from 'jose';
import { expect, it } from 'vitest';
import { playAttacks, unlessRefused } from '../../helpers/attacks/play-attacks.ts';
import { createMemoryApi } from '../../helpers/memory-api.ts';

const api = await createMemoryApi();
const [user, other] = [await api.createPerson(), await api.createPerson('admin')];
const { kid, jwk, privateKey } = api.keys;
const ownKey = createPrivateKey({ key: (await exportJWK(privateKey)) as never, format: 'jwk' });
const publicPem = await exportSPKI((await importJWK(jwk, 'ES256')) as never);
const attacker = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const attackerRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const attackerJwk = attacker.publicKey.export({ format: 'jwk' });

const claims = decodeJwt(user.token);
const now = Math.floor(Date.now() / 1000);
const HEADER = { alg: 'ES256', typ: 'at+jwt', kid };

const encode = (part: unknown) =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');

interface Forgery {
  readonly header?: object;
  readonly payload?: object | string;
  readonly key?: KeyObject;
  readonly encoding?: 'ieee-p1363' | 'der';
}

/** A token as one who has `key` signs it. */
function forge({ header = {}, payload = {}, key = ownKey, encoding = 'ieee-p1363' }: Forgery): string {
  const input = `${encode({ ...HEADER, ...header })}.${encode(typeof payload === 'string' ? payload : { ...claims, ...payload })}`;
  return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: encoding }).toString('base64url')}`;
}

const unsigned = (alg: string, signature = '') =>
  `${encode({ ...HEADER, alg })}.${encode(claims)}.${signature}`;

function shared(secret: string | Buffer, header: object = {}): string {
  const input = `${encode({ ...HEADER, ...header, alg: 'HS256' })}.${encode(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

const byStranger = (header: object) => forge({ header, key: attacker.privateKey });
const [head, body, signature] = user.token.split('.') as [string, string, string];

const FORGERIES: Record<string, string> = {
  'alg none': unsigned('none'),
  'alg None': unsigned('None'),
  'alg nOnE': unsigned('nOnE'),
  'alg none with the old signature': unsigned('none', signature),
  'no alg at all': `${encode({ typ: 'at+jwt', kid })}.${encode(claims)}.${signature}`,
  'HS256 with the public PEM': shared(publicPem),
  'HS256 with the public JWK': shared(JSON.stringify(jwk)),
  'HS256 with the public x': shared(Buffer.from(jwk.x ?? '', 'base64url')),
  'HS256 with nothing': shared(''),
  'HS256 with the kid': shared(kid),
  'HS256 with a kid that leads to an empty file': shared('', { kid: '../../../../dev/null' }),
  'HS256 with a kid that is SQL': shared('x', { kid: "' UNION SELECT 'x'--" }),
  'RS256 in the header of an ES256 signature': forge({ header: { alg: 'RS256' } }),
  'RS256 by the attacker': forge({ header: { alg: 'RS256' }, key: attackerRsa.privateKey }),
  'PS256 in the header': forge({ header: { alg: 'PS256' } }),
  'ES384 in the header': forge({ header: { alg: 'ES384' } }),
  'EdDSA in the header': forge({ header: { alg: 'EdDSA' } }),
  'an unknown alg': forge({ header: { alg: 'ES257' } }),
  'alg as a list': forge({ header: { alg: ['ES256'] } }),
  'the own kid with another key': byStranger({}),
  'an embedded JWK': byStranger({ jwk: attackerJwk }),
  'an embedded JWK and no kid': byStranger({ jwk: attackerJwk, kid: undefined }),
  'a jku of the attacker': byStranger({ jku: 'http://127.0.0.1:9/jwks.json' }),
  'an x5u of the attacker': byStranger({ x5u: 'http://127.0.0.1:9/cert.pem' }),
  'an x5c of the attacker': byStranger({ x5c: ['MIIB'] }),
  'an unknown kid': byStranger({ kid: 'other' }),
  'a kid that leads out': byStranger({ kid: '../../etc/passwd' }),
  'a kid that is SQL': byStranger({ kid: "x' OR '1'='1" }),
  'a kid that is a command': byStranger({ kid: '|sleep 5' }),
  'a kid that is a list': byStranger({ kid: [kid] }),
  'a crit that nobody knows': forge({ header: { crit: ['x'], x: 1 } }),
  'an empty crit': forge({ header: { crit: [] } }),
  'crit of an unencoded payload': forge({ header: { crit: ['b64'], b64: false } }),
  'the type of an ID token': forge({ header: { typ: 'JWT' } }),
  'the type of a logout token': forge({ header: { typ: 'logout+jwt' } }),
  'no type': forge({ header: { typ: undefined } }),
  'another issuer': forge({ payload: { iss: 'https://evil.example' } }),
  'no issuer': forge({ payload: { iss: undefined } }),
  'issuers as a list': forge({ payload: { iss: ['segmentry'] } }),
  'another audience': forge({ payload: { aud: 'else' } }),
  'no audience': forge({ payload: { aud: undefined } }),
  expired: forge({ payload: { exp: now - 1 } }),
  'no end': forge({ payload: { exp: undefined } }),
  'an end as text': forge({ payload: { exp: '9999999999' } }),
  'not yet good': forge({ payload: { nbf: now + 3600 } }),
  'no subject': forge({ payload: { sub: undefined } }),
  'another subject with the own session': forge({ payload: { sub: other.id } }),
  'no session': forge({ payload: { sid: undefined } }),
  'an unknown session': forge({ payload: { sid: 'ses_unknown' } }),
  'an unknown user': forge({ payload: { sub: 'usr_unknown' } }),
  'as long as a book': forge({ payload: { book: 'x'.repeat(9000) } }),
  'an empty signature': `${head}.${body}.`,
  'two parts': `${head}.${body}`,
  'five parts': `${head}.${body}.${signature}.${signature}.${signature}`,
  'a signature of noughts': `${head}.${body}.${Buffer.alloc(64).toString('base64url')}`,
  'a signature in DER': forge({ encoding: 'der' }),
  'a signature with its last bit turned': `${head}.${body}.${signature.slice(0, -2)}${signature.at(-2) === 'A' ? 'Q' : 'A'}${signature.at(-1)}`,
  'a changed payload': `${head}.${encode({ ...claims, sub: other.id })}.${signature}`,
  'a payload that is no JSON': forge({ payload: 'admin' }),
  'a payload that is a list': forge({ payload: '[]' }),
  'an unknown key': `sk_${user.id.replace('usr_', '')}_${'A'.repeat(43)}`,
  'a key of no user': `sk__${'A'.repeat(43)}`,
  'a key with a path': 'sk_../../usr_1_x',
  'a refresh token': user.tokens.refreshToken,
};

it('takes what it has signed itself', async () => {
  expect((await api.call('GET /v1/users/me', { token: user.token })).status).toBe(200);
  expect((await api.call('GET /v1/users/me', { token: forge({}) })).status).toBe(200);
});

it('takes no token that somebody else could have made', async () => {
  await playAttacks('API2 authentication', FORGERIES, async (token) =>
    unlessRefused(await api.call('GET /v1/users/me', { token }), 401),
  );
});

it('takes a token in no other place and form', async () => {
  const places: Record<string, [route: string, headers: Record<string, string>]> = {
    'in the query': [`GET /v1/users/me?token=${user.token}&access_token=${user.token}`, {}],
    'in a cookie': ['GET /v1/users/me', { cookie: `token=${user.token}` }],
    'as Basic': ['GET /v1/users/me', { authorization: `Basic ${user.token}` }],
    'as Basic with the password': [
      'GET /v1/users/me',
      { authorization: `Basic ${btoa(`${user.email}:${user.password}`)}` },
    ],
    'without a scheme': ['GET /v1/users/me', { authorization: user.token }],
    'behind another token': ['GET /v1/users/me', { authorization: `Bearer x ${user.token}` }],
    'in another header': [
      'GET /v1/users/me',
      { 'x-api-key': user.token, 'x-amz-security-token': user.token },
    ],
    'by a header that names the user': [
      'GET /v1/users/me',
      { 'x-user-id': user.id, 'x-forwarded-user': user.id },
    ],
    'to a route of another case': ['GET /V1/users/me', {}],
    'to a route with a dot': ['GET /v1/./health/../users/me', {}],
    'by another method': ['GET /v1/users/me', { 'x-http-method-override': 'DELETE' }],
  };
  await playAttacks('API2 authentication', places, async ([route, headers]) =>
    unlessRefused(await api.call(route, { headers }), 401, 404),
  );
});
