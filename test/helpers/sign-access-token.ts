import { KMSClient } from '@aws-sdk/client-kms';
import { decodeJwt } from 'jose';
import { createAccessTokenSigner } from '../../core/adapters/jose/access-tokens.ts';
import { createSigningKey } from '../../core/adapters/kms/signing-key.ts';
import type { Deployment } from '../../localstack/deploy/bring-up.ts';
import { readDeployedEnvironment } from './deployed-environment.ts';
import type { TestUser } from './signed-in.ts';

/** A token of a user's log-in as the deployment would have signed it at a time. */
export async function signAccessToken(
  deployment: Pick<Deployment, 'endpointUrl' | 'account'>,
  { id: userId, accessToken }: TestUser,
  at: Date,
): Promise<string> {
  const { endpointUrl: endpoint, account } = deployment;
  const kms = new KMSClient({ endpoint, region: account.region, credentials: account });
  const { SIGNING_KEY_ID = '' } = await readDeployedEnvironment(deployment);
  const sign = createAccessTokenSigner(createSigningKey(kms, SIGNING_KEY_ID), () => at);
  return sign({ userId, sessionId: String(decodeJwt(accessToken).sid) });
}
