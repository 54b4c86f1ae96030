import { Construct } from 'constructs';
import { STEADY_MEMORY } from '../../core/contracts/environment.ts';
import { quotas, type Settings } from '../settings.ts';
import type { MediaBucket } from './media-bucket.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction } from './segmentry-function.ts';
import type { SigningKey } from './signing-key.ts';

export interface MakeThumbnailProps {
  readonly settings: Settings;
  readonly signingKey: SigningKey;
  readonly bucket: MediaBucket;
  readonly table: RecordsTable;
}

/** `GET /v1/images/{id}/thumbnail.webp`: makes an image small, once. */
export class MakeThumbnail extends Construct {
  readonly function: SegmentryFunction;

  constructor(scope: Construct, id: string, { settings, signingKey, bucket, table }: MakeThumbnailProps) {
    super(scope, id);
    this.function = new SegmentryFunction(this, 'Function', {
      name: 'make-thumbnail',
      description: 'Makes an image small',
      native: ['sharp'],
      memoryMb: 1769,
      timeoutSeconds: 29,
      environment: { ...STEADY_MEMORY, ...quotas(settings) },
    });
    signingKey.grantVerify(this.function);
    // Requests are counted.
    table.grantReadUpdate(this.function, 'identify');
    table.grantIdentify(this.function);
    bucket.grant(this.function, { images: ['read'], thumbnails: ['read', 'write'] });
    bucket.grantList(this.function);
  }
}
