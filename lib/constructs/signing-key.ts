import { RemovalPolicy } from 'aws-cdk-lib';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { TrustedIssuer } from '../../core/contracts/environment.ts';
import { differencesOf, readTarget } from '../target.ts';
import type { SegmentryFunction } from './segmentry-function.ts';

/** The key that access tokens are signed with. It never leaves KMS. */
export class SigningKey extends Construct {
  readonly #key: Key;
  readonly #trustedIssuers: readonly TrustedIssuer[];

  constructor(scope: Construct, id: string, trustedIssuers: readonly TrustedIssuer[]) {
    super(scope, id);
    const { keepData } = differencesOf(readTarget(this));
    this.#trustedIssuers = trustedIssuers;
    this.#key = new Key(this, 'Key', {
      description: 'Signs the access tokens of Segmentry',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: keepData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
  }

  get keyId(): string {
    return this.#key.keyId;
  }

  /** Lets a function verify tokens, ours and those of trusted issuers. */
  grantVerify(fn: SegmentryFunction): void {
    fn.allow(['kms:GetPublicKey'], [this.#key.keyArn]);
    fn.addEnvironment({
      SIGNING_KEY_ID: this.keyId,
      TRUSTED_ISSUERS: JSON.stringify(this.#trustedIssuers),
    });
  }

  grantSign(fn: SegmentryFunction): void {
    fn.allow(['kms:Sign'], [this.#key.keyArn]);
  }
}
