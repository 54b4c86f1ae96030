import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** What whoever reads and writes encrypted data may have to do with its key. */
export const KEY_USES = ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'];

/** The customer's own key, as each construct sees it: its policy is the customer's too. */
export const importKey = (scope: Construct, keyArn: string): IKey =>
  Key.fromKeyArn(scope, 'CustomerKey', keyArn);
