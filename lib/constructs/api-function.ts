import { Construct } from 'constructs';
import type { AccountSettings } from '../accounts.ts';
import { type CreditSettings, creditPrices, creditTerms } from '../credits.ts';
import { quotas, type Settings, sizeLimits, videoLimits } from '../settings.ts';
import type { EraseUser } from './erase-user.ts';
import type { MediaBucket } from './media-bucket.ts';
import type { ProcessBatch } from './process-batch.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction } from './segmentry-function.ts';
import type { SigningKey } from './signing-key.ts';

export interface ApiFunctionProps {
  readonly settings: Settings;
  readonly credits: CreditSettings;
  readonly accounts: AccountSettings;
  readonly signingKey: SigningKey;
  readonly eraseUser: EraseUser;
  readonly bucket: MediaBucket;
  readonly table: RecordsTable;
  readonly processBatch: ProcessBatch;
}

/** The routes of the API that need no native code. */
export class ApiFunction extends Construct {
  readonly function: SegmentryFunction;

  constructor(
    scope: Construct,
    id: string,
    { settings, credits, accounts, signingKey, eraseUser, bucket, table, processBatch }: ApiFunctionProps,
  ) {
    super(scope, id);
    this.function = new SegmentryFunction(this, 'Function', {
      name: 'api',
      description: 'Serves the HTTP API',
      memoryMb: 1024,
      timeoutSeconds: 29,
      reservedConcurrency: settings.apiConcurrency,
      provisionedConcurrency: settings.apiProvisionedConcurrency,
      environment: {
        ...sizeLimits(settings),
        ...quotas(settings),
        ...videoLimits(settings),
        MODEL_LIMIT_BYTES: String(settings.modelLimitBytes),
        UPLOAD_EXPIRY_SECONDS: String(settings.uploadExpirySeconds),
        OPEN_UPLOAD_LIMIT: String(settings.openUploadLimit),
        REGISTRATION: accounts.registration,
        REGISTRATIONS_PER_HOUR: String(accounts.registrationsPerHour),
        ...creditTerms(credits),
        ...creditPrices(credits),
      },
    });
    signingKey.grantVerify(this.function);
    signingKey.grantSign(this.function);
    eraseUser.grantRequest(this.function);
    table.grantReadWrite(this.function, 'all');
    table.grantDelete(this.function, 'all');
    table.grantIdentify(this.function, 'all');
    table.grantBatchWrite(this.function, 'all');
    processBatch.grantSend(this.function);
    // A signed URL can do what its signer may do.
    bucket.grant(this.function, {
      uploads: ['write'],
      'incoming-models': ['write'],
      images: ['read'],
      videos: ['read'],
      results: ['read'],
      exports: ['read', 'write-parts'],
    });
    bucket.grantList(this.function);
  }
}
