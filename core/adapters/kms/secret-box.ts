import { DecryptCommand, EncryptCommand, type KMSClient } from '@aws-sdk/client-kms';

/** Seals secrets so that the table holds none that can be read. `owner` is bound to what is sealed for it. */
export function createSecretSealer(kms: KMSClient, keyId: string) {
  return async (secret: string, owner: string): Promise<string> => {
    const { CiphertextBlob } = await kms.send(
      new EncryptCommand({ KeyId: keyId, Plaintext: Buffer.from(secret), EncryptionContext: { owner } }),
    );
    if (CiphertextBlob === undefined) throw new Error('KMS returned no encrypted secret.');
    return Buffer.from(CiphertextBlob).toString('base64');
  };
}

/** How many opened secrets a function keeps, so that KMS is asked once for each. */
const KEPT_SECRETS = 1000;

/** Opens what a sealer has sealed for the same owner. */
export function createSecretOpener(kms: KMSClient, keyId: string) {
  const opened = new Map<string, string>();

  return async (sealed: string, owner: string): Promise<string> => {
    const kept = opened.get(sealed);
    if (kept !== undefined) return kept;
    const { Plaintext } = await kms.send(
      new DecryptCommand({
        KeyId: keyId,
        CiphertextBlob: Buffer.from(sealed, 'base64'),
        EncryptionContext: { owner },
      }),
    );
    if (Plaintext === undefined) throw new Error('KMS returned no decrypted secret.');
    const secret = Buffer.from(Plaintext).toString();
    if (opened.size >= KEPT_SECRETS) opened.clear();
    opened.set(sealed, secret);
    return secret;
  };
}
