import { CloudFormationClient, DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import type { Deployment } from '../../../localstack/deploy/bring-up.ts';
import type { ContainerImage } from './read-images.ts';

type Place = Pick<Deployment, 'endpointUrl' | 'account'>;

/** The stack whose functions are images on AWS. */
const STACK = 'Segmentry';

/**
 * Takes a deployed function from its queue, so that an image can do its work.
 * @returns the environment that the image gets: what AWS is told, and what this deployment alone knows.
 */
export async function detachFunction(
  { endpointUrl, account }: Place,
  { logicalId, environment }: Pick<ContainerImage, 'logicalId' | 'environment'>,
): Promise<Record<string, string>> {
  const configuration = { endpoint: endpointUrl, region: account.region, credentials: account };
  const cloudformation = new CloudFormationClient(configuration);
  const lambda = new LambdaClient(configuration);
  const { StackResourceDetail } = await cloudformation.send(
    new DescribeStackResourceCommand({ StackName: STACK, LogicalResourceId: logicalId }),
  );
  const FunctionName = StackResourceDetail?.PhysicalResourceId;
  const [deployed, { EventSourceMappings = [] }] = await Promise.all([
    lambda.send(new GetFunctionConfigurationCommand({ FunctionName })),
    lambda.send(new ListEventSourceMappingsCommand({ FunctionName })),
  ]);
  for (const { UUID } of EventSourceMappings) {
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
  }
  return {
    ...deployed.Environment?.Variables,
    ...environment,
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_REGION: account.region,
    AWS_ACCESS_KEY_ID: account.accessKeyId,
    AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
  };
}
