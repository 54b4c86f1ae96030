import { CloudFormationClient, paginateDescribeStackEvents } from '@aws-sdk/client-cloudformation';
import { clientConfiguration } from './client-configuration.ts';
import { listDeployedStacks } from './deploy/deployed-stacks.ts';
import type { EmulatorAccount } from './emulator.ts';
import { SetupError } from './setup-error.ts';

/** LocalStack's words for a resource that it does not know, and of which nothing is there. */
const FALLBACK = 'deployed as a fallback';
/** Tells AWS which constructs are in use; nothing to deploy. */
const WITHOUT_EFFECT = ['AWS::CDK::Metadata'];

/**
 * LocalStack says CREATE_COMPLETE also of stacks of which it left something out.
 * @throws SetupError naming what it left out of the assembly's stacks.
 */
export async function refuseFallbacks(
  assembly: string,
  endpointUrl: string,
  account: EmulatorAccount,
): Promise<void> {
  const configuration = clientConfiguration(endpointUrl, account);
  const cloudformation = new CloudFormationClient(configuration);
  const missing = new Set<string>();
  for (const { name } of await listDeployedStacks(assembly, configuration)) {
    for await (const page of paginateDescribeStackEvents({ client: cloudformation }, { StackName: name })) {
      for (const { LogicalResourceId, ResourceType = '', ResourceStatusReason } of page.StackEvents ?? []) {
        if (!ResourceStatusReason?.includes(FALLBACK) || WITHOUT_EFFECT.includes(ResourceType)) continue;
        missing.add(`  ${name}: ${LogicalResourceId} (${ResourceType})`);
      }
    }
  }
  if (missing.size === 0) return;
  throw new SetupError(
    'LocalStack reported the deployment as complete, but does not have these resources. Leave them out on the ' +
      `emulator, in lib/target.ts or by a stack that is left out:\n${[...missing].join('\n')}`,
  );
}
