import { Construct } from 'constructs';
import { STEADY_MEMORY } from '../../core/contracts/environment.ts';
import { quotas, type Settings } from '../settings.ts';
import type { MediaBucket } from './media-bucket.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction } from './segmentry-function.ts';
import type { SigningKey } from './signing-key.ts';

export interface DrawOverlayProps {
  readonly settings: Settings;
  readonly signingKey: SigningKey;
  readonly bucket: MediaBucket;
  readonly table: RecordsTable;
}

/** `GET /v1/jobs/{id}/overlay.png`: draws a result over its image, once. */
export class DrawOverlay extends Construct {
  readonly function: SegmentryFunction;

  constructor(scope: Construct, id: string, { settings, signingKey, bucket, table }: DrawOverlayProps) {
    super(scope, id);
    this.function = new SegmentryFunction(this, 'Function', {
      name: 'draw-overlay',
      description: 'Draws masks, boxes and labels over an image',
      native: ['sharp'],
      memoryMb: 1769,
      timeoutSeconds: 29,
      environment: { ...STEADY_MEMORY, ...quotas(settings) },
    });
    signingKey.grantVerify(this.function);
    // Requests are counted.
    table.grantReadUpdate(this.function, 'identify');
    table.grantIdentify(this.function);
    bucket.grant(this.function, { images: ['read'], results: ['read'], overlays: ['read', 'write'] });
    bucket.grantList(this.function);
  }
}
