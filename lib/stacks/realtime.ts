import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { LiveApi } from '../constructs/live-api.ts';
import { OperatorAlarms } from '../constructs/operator-alarms.ts';
import { PushChanges } from '../constructs/push-changes.ts';
import { ServeConnection } from '../constructs/serve-connection.ts';
import { WatchLive } from '../constructs/watch-live.ts';
import { readHosting } from '../hosting.ts';
import { readSettings } from '../settings.ts';
import { differencesOf, readTarget } from '../target.ts';
import type { DataStack } from './data.ts';

export interface RealtimeStackProps extends StackProps {
  readonly data: Pick<DataStack, 'table' | 'signingKey'>;
}

/** `-c realtime=false` leaves the stack out. @throws where it says something else than true or false. */
export function wantsRealtime(scope: Construct): boolean {
  const given = String(scope.node.tryGetContext('realtime') ?? 'true');
  if (given === 'true' || given === 'false') return given === 'true';
  throw new Error(`The setting realtime must be true or false, not "${given}".`);
}

/** Live updates over WebSocket. The pipeline works without it. */
export class RealtimeStack extends Stack {
  readonly liveStage: LiveApi['stage'];

  constructor(scope: Construct, id: string, { data, ...props }: RealtimeStackProps) {
    super(scope, id, props);
    const { table, signingKey } = data;
    const alarms = new OperatorAlarms(this, 'Alarms');
    const settings = readSettings(this);
    const liveApi = new LiveApi(this, 'LiveApi', readHosting(this, settings));
    this.liveStage = liveApi.stage;
    new ServeConnection(this, 'ServeConnection', {
      settings,
      table,
      signingKey,
      liveApi,
    });
    new PushChanges(this, 'PushChanges', { table, liveApi, alarms });
    if (differencesOf(readTarget(this)).metrics) new WatchLive(this, 'Watch', alarms);

    new CfnOutput(this, 'LiveApiId', { value: liveApi.api.apiId });
    new CfnOutput(this, 'LiveStageName', { value: liveApi.stage.stageName });
    new CfnOutput(this, 'LiveUrl', { value: liveApi.stage.url });
  }
}
