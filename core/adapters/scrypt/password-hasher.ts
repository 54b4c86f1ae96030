import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { PasswordHasher } from '../../domain/entities/password.ts';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** Cost as OWASP's password storage cheat sheet has it for scrypt; 128 MiB while it runs. */
const DEFAULT_COST = { N: 2 ** 17, r: 8, p: 1 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;

type Cost = typeof DEFAULT_COST;

/** Hashes passwords as `scrypt$N$r$p$salt$key`, so that old hashes stay good when the cost is raised. */
export function createPasswordHasher(cost: Cost = DEFAULT_COST): PasswordHasher {
  const absent = encode(cost, Buffer.alloc(SALT_BYTES), Buffer.alloc(KEY_BYTES));
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      return encode(cost, salt, await run(password, salt, cost));
    },

    async verify(password, hash = absent) {
      const [, N, r, p, salt = '', key = ''] = hash.split('$');
      const expected = Buffer.from(key, 'base64url');
      const actual = await run(password, Buffer.from(salt, 'base64url'), {
        N: Number(N),
        r: Number(r),
        p: Number(p),
      });
      return timingSafeEqual(actual, expected) && hash !== absent;
    },
  };
}

/** The same characters may be typed in more than one form. */
const run = (password: string, salt: Buffer, cost: Cost) =>
  derive(password.normalize('NFKC'), salt, KEY_BYTES, { ...cost, maxmem: 256 * cost.N * cost.r });

const encode = ({ N, r, p }: Cost, salt: Buffer, key: Buffer) =>
  ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
