import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { readAccountSettings } from '../accounts.ts';
import { MediaBucket } from '../constructs/media-bucket.ts';
import { RecordsTable } from '../constructs/records-table.ts';
import { SigningKey } from '../constructs/signing-key.ts';
import { WebhookSecrets } from '../constructs/webhook-secrets.ts';
import { readHosting } from '../hosting.ts';
import { readSettings } from '../settings.ts';

/** All that can't be made again. Its logical ids never change: a new one would be a new, empty table. */
export class DataStack extends Stack {
  readonly table: RecordsTable;
  readonly bucket: MediaBucket;
  readonly signingKey: SigningKey;
  readonly webhookSecrets: WebhookSecrets;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const settings = readSettings(this);
    const hosting = readHosting(this, settings);
    this.bucket = new MediaBucket(this, 'Images', { settings, hosting });
    this.signingKey = new SigningKey(this, 'SigningKey', readAccountSettings(this).trustedIssuers);
    this.webhookSecrets = new WebhookSecrets(this, 'WebhookSecrets');
    this.table = new RecordsTable(this, 'Records', { settings, keyArn: hosting.keyArn });
    // The last to come: protected from deletion, it could not be rolled back where another part fails.
    this.table.node.addDependency(this.bucket, this.signingKey, this.webhookSecrets);
  }
}
