import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import type { LiveApi } from './live-api.ts';
import type { RecordsTable } from './records-table.ts';
import { SegmentryFunction } from './segmentry-function.ts';
import type { SigningKey } from './signing-key.ts';

export interface ServeConnectionProps {
  readonly settings: Pick<Settings, 'requestsPerMinute'>;
  readonly table: RecordsTable;
  readonly signingKey: SigningKey;
  readonly liveApi: LiveApi;
}

/** Opens WebSockets to those who are signed in, and answers what they ask. */
export class ServeConnection extends Construct {
  constructor(scope: Construct, id: string, { settings, table, signingKey, liveApi }: ServeConnectionProps) {
    super(scope, id);
    const serve = new SegmentryFunction(this, 'Function', {
      name: 'serve-connection',
      description: 'Opens WebSockets and answers subscriptions',
      memoryMb: 512,
      timeoutSeconds: 29,
      environment: { REQUESTS_PER_MINUTE: String(settings.requestsPerMinute) },
    });
    signingKey.grantVerify(serve);
    table.grantReadWrite(serve, 'identify');
    table.grantIdentify(serve);
    table.grantDelete(serve, 'identify');
    liveApi.serveBy(serve);
    liveApi.grantSend(serve);
    liveApi.grantClose(serve);
  }
}
