import { RemovalPolicy } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { differencesOf, readTarget } from '../target.ts';
import type { SegmentryFunction } from './segmentry-function.ts';

/** The key that seals the secrets of webhooks: who makes one can't open it, who opens one can't make it. */
export class WebhookSecrets extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'Encrypts the signing secrets of webhooks',
      enableKeyRotation: true,
      removalPolicy: differencesOf(readTarget(this)).keepData
        ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        : RemovalPolicy.DESTROY,
    });
  }

  grantSeal(fn: SegmentryFunction): void {
    this.#let(fn, 'kms:Encrypt');
  }

  grantOpen(fn: SegmentryFunction): void {
    this.#let(fn, 'kms:Decrypt');
  }

  #let(fn: SegmentryFunction, action: string): void {
    fn.allow([action], [this.key.keyArn]);
    fn.addEnvironment({ WEBHOOK_SECRETS_KEY_ID: this.key.keyId });
  }
}
