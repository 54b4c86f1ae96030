import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import type { Deployment } from '../../localstack/deploy/bring-up.ts';

/** The environment of all deployed functions together: a name means the same in each. */
export async function readDeployedEnvironment({
  endpointUrl: endpoint,
  account,
}: Pick<Deployment, 'endpointUrl' | 'account'>): Promise<Record<string, string>> {
  const lambda = new LambdaClient({ endpoint, region: account.region, credentials: account });
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({ MaxItems: 50 }));
  const variables = Object.assign({}, ...Functions.map(({ Environment }) => Environment?.Variables));
  return Object.fromEntries(
    Object.entries(variables).filter(([name]) => !/^(AWS_|NODE_)/.test(name)),
  ) as Record<string, string>;
}
