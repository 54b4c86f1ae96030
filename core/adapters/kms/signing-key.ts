import { createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { calculateJwkThumbprint, exportJWK, type JSONWebKeySet } from 'jose';
import { derToJose } from './der-to-jose.ts';

/** The key that access tokens are signed with. It never leaves KMS; its public half is asked for once. */
export function createSigningKey(kms: KMSClient, keyId: string) {
  let published: Promise<JSONWebKeySet> | undefined;

  const readPublicKey = async (): Promise<JSONWebKeySet> => {
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: keyId }));
    if (PublicKey === undefined) throw new Error(`KMS returned no public key for ${keyId}.`);
    const key = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
    const jwk = await exportJWK(key);
    return { keys: [{ ...jwk, alg: 'ES256', use: 'sig', kid: await calculateJwkThumbprint(jwk) }] };
  };

  const publicKeys = (): Promise<JSONWebKeySet> => {
    published ??= readPublicKey().catch((error: unknown) => {
      published = undefined;
      throw error;
    });
    return published;
  };

  return {
    /** The public key as a JWK set, for `/.well-known/jwks.json` and for verifying here. */
    publicKeys,

    /** Signs a payload as a compact JWT (RFC 7519, ES256). */
    async signJwt(payload: Readonly<Record<string, unknown>>): Promise<string> {
      const { keys } = await publicKeys();
      const header = { alg: 'ES256', typ: 'at+jwt', kid: keys[0]?.kid };
      const signed = [header, payload]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      const { Signature } = await kms.send(
        new SignCommand({
          KeyId: keyId,
          Message: Buffer.from(signed),
          MessageType: 'RAW',
          SigningAlgorithm: 'ECDSA_SHA_256',
        }),
      );
      if (Signature === undefined) throw new Error(`KMS returned no signature by ${keyId}.`);
      return `${signed}.${derToJose(Signature).toString('base64url')}`;
    },
  };
}
