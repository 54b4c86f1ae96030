import type * as z from 'zod';
import {
  createIdentityRecords,
  type IdentityOptions,
} from '../adapters/dynamodb/records/identity-records.ts';
import type { SegmentryTable } from '../adapters/dynamodb/table/segmentry-table.ts';
import { createAccessTokenVerifier } from '../adapters/jose/access-tokens.ts';
import { createSigningKey } from '../adapters/kms/signing-key.ts';
import type { AuthenticationEnvironment } from '../contracts/environment.ts';
import { type Authenticate, createAuthenticator } from '../domain/request/authenticate.ts';
import { composeKms } from './aws-clients.ts';
import { now } from './clock.ts';

type Environment = z.output<typeof AuthenticationEnvironment>;

export const composeSigningKey = ({ SIGNING_KEY_ID }: Environment, kms = composeKms()) =>
  createSigningKey(kms, SIGNING_KEY_ID);

interface AuthenticatorOptions extends Partial<Pick<IdentityOptions, 'writesUsers'>> {
  readonly signingKey?: ReturnType<typeof composeSigningKey>;
}

/** Who asks: by an access token of ours or of a trusted issuer, or by an API key. */
export const composeAuthenticator = (
  table: SegmentryTable,
  environment: Environment,
  { signingKey = composeSigningKey(environment), writesUsers = false }: AuthenticatorOptions = {},
): Authenticate =>
  createAuthenticator({
    verifyAccessToken: createAccessTokenVerifier(signingKey, environment.TRUSTED_ISSUERS),
    identities: createIdentityRecords(table, { now, writesUsers }),
    now,
  });
