import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import { ConsoleDistribution } from '../constructs/console-distribution.ts';
import type { OriginSecret } from '../constructs/origin-secret.ts';
import { readHosting } from '../hosting.ts';
import { readSettings } from '../settings.ts';
import type { DataStack } from './data.ts';

export interface ConsoleStackProps extends StackProps {
  readonly data: Pick<DataStack, 'bucket'>;
  readonly restApi: RestApi;
  readonly originSecret: OriginSecret | undefined;
  /** Undefined where live states are left out: the console asks every few seconds then. */
  readonly liveStage: WebSocketStage | undefined;
}

/** `-c console=false` leaves the stack out. @throws where it says something else than true or false. */
export function wantsConsole(scope: Construct): boolean {
  const given = String(scope.node.tryGetContext('console') ?? 'true');
  if (given === 'true' || given === 'false') return given === 'true';
  throw new Error(`The setting console must be true or false, not "${given}".`);
}

/** The console and the API under one address: the pipeline does without. */
export class ConsoleStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { data, restApi, originSecret, liveStage, ...props }: ConsoleStackProps,
  ) {
    super(scope, id, props);
    const hosting = readHosting(this, readSettings(this));
    const { distribution } = new ConsoleDistribution(this, 'Console', {
      mediaBucketName: data.bucket.bucket.bucketName,
      restApi,
      originSecret,
      liveStage,
      hosting,
    });
    const { distributionDomainName } = distribution;
    new CfnOutput(this, 'ConsoleUrl', {
      value: `https://${hosting.consoleDomain ?? distributionDomainName}`,
    });
    // What a name of one's own has to lead to.
    new CfnOutput(this, 'ConsoleDomainTarget', { value: distributionDomainName });
  }
}
