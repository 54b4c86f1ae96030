import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { SegmentryFunction } from './segmentry-function.ts';

/** Below what WAF compares, and CloudFront sends, at most. */
const CHARACTERS = 64;

/**
 * By which the API knows the console's CloudFront: to API Gateway all who come through it have its addresses. Deployments
 * fill it in where it is named; it stands in no template.
 */
export class OriginSecret extends Construct {
  readonly value: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const secret = new Secret(this, 'Secret', {
      description: 'Lets the console tell the API who asks',
      generateSecretString: { passwordLength: CHARACTERS, excludePunctuation: true },
    });
    this.value = secret.secretValue.unsafeUnwrap();
  }

  grantCompare(fn: SegmentryFunction): void {
    fn.addEnvironment({ ORIGIN_SECRET: this.value });
  }
}
