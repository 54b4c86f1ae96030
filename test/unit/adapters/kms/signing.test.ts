import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { expect, it } from 'vitest';
import { derToJose } from '../../../../core/adapters/kms/der-to-jose.ts';
import { createPasswordHasher } from '../../../../core/adapters/scrypt/password-hasher.ts';

it('turns signatures from DER to JOSE, also those with leading zeros', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  for (let round = 0; round < 600; round++) {
    const message = Buffer.from(`message ${round}`);
    const jose = derToJose(sign('sha256', message, privateKey));
    expect(jose.length).toBe(64);
    expect(verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, jose)).toBe(true);
  }
});

it.each([
  ['nothing', Buffer.alloc(0)],
  ['no sequence', Buffer.from([1, 2, 3])],
  ['a number too long', Buffer.from([0x30, 36, 2, 34, ...Buffer.alloc(34, 1)])],
])('refuses %s as a signature', (_, bytes) => {
  expect(() => derToJose(bytes)).toThrow(TypeError);
});

const passwords = createPasswordHasher({ N: 2 ** 10, r: 8, p: 1 });

it('knows a password by its hash, and no other', async () => {
  const hash = await passwords.hash('four unrelated words');
  expect(hash).not.toContain('four');
  expect(await passwords.verify('four unrelated words', hash)).toBe(true);
  expect(await passwords.verify('four unrelated word', hash)).toBe(false);
  expect(await passwords.hash('four unrelated words')).not.toBe(hash);
});

it('takes the same letters in another form', async () => {
  expect(await passwords.verify('caf\u0065\u0301 au lait', await passwords.hash('caf\u00e9 au lait'))).toBe(
    true,
  );
});

it('refuses every password for an account that has none', async () => {
  expect(await passwords.verify('', undefined)).toBe(false);
  expect(await passwords.verify('four unrelated words', undefined)).toBe(false);
});

it('goes on verifying hashes of another cost', async () => {
  const hash = await createPasswordHasher({ N: 2 ** 11, r: 8, p: 1 }).hash('four unrelated words');
  expect(await passwords.verify('four unrelated words', hash)).toBe(true);
});
