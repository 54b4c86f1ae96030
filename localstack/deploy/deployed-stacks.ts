import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import type { ClientConfiguration } from '../client-configuration.ts';
import { readStacks } from './assembly.ts';

const Template = z.looseObject({
  Resources: z
    .record(
      z.string(),
      z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() }),
    )
    .optional(),
});

export interface DeployedStack {
  readonly name: string;
  readonly template: z.infer<typeof Template>;
  /** By logical id. */
  readonly physicalIds: ReadonlyMap<string, string>;
}

/** The stacks of the assembly that are there, with what became of their resources. */
export async function listDeployedStacks(
  assembly: string,
  configuration: ClientConfiguration,
): Promise<DeployedStack[]> {
  const cloudformation = new CloudFormationClient(configuration);
  const deployed: DeployedStack[] = [];
  for (const { name, templateFile } of readStacks(assembly)) {
    const physicalIds = await physicalIdsOf(name, cloudformation);
    if (physicalIds === undefined) continue;
    const template = Template.parse(JSON.parse(readFileSync(join(assembly, templateFile), 'utf8')));
    deployed.push({ name, template, physicalIds });
  }
  return deployed;
}

async function physicalIdsOf(
  stack: string,
  cloudformation: CloudFormationClient,
): Promise<Map<string, string> | undefined> {
  try {
    const { StackResources = [] } = await cloudformation.send(
      new DescribeStackResourcesCommand({ StackName: stack }),
    );
    return new Map(
      StackResources.flatMap(({ LogicalResourceId, PhysicalResourceId }) =>
        LogicalResourceId === undefined || PhysicalResourceId === undefined
          ? []
          : [[LogicalResourceId, PhysicalResourceId]],
      ),
    );
  } catch (error) {
    if (error instanceof CloudFormationServiceException && error.name === 'ValidationError') return undefined;
    throw error;
  }
}
