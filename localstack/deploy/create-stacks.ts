import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { clientConfiguration } from '../client-configuration.ts';
import type { RunningEmulator } from '../emulator.ts';
import { SetupError } from '../setup-error.ts';
import type { AssembledStack, Assembly } from './assembly.ts';
import { assetBucketOf } from './publish-assets.ts';

/** A custom resource that fails silently would keep CloudFormation waiting for an hour. */
const TIMEOUT_MS = 300_000;
const POLL_MS = 200;

/**
 * Has CloudFormation make the stacks, each as soon as those are there that it depends on.
 * @returns their outputs by stack and name.
 * @throws SetupError that says which resource could not be made, and why.
 */
export async function createStacks(
  stacks: readonly AssembledStack[],
  { assembly, emulator }: { assembly: Assembly; emulator: RunningEmulator },
): Promise<Record<string, Record<string, string>>> {
  const configuration = clientConfiguration(emulator.endpointUrl, emulator.account);
  const s3 = new S3Client({ ...configuration, forcePathStyle: true });
  const cloudformation = new CloudFormationClient(configuration);
  const made = new Map<string, Promise<Record<string, string>>>();
  const make = async (stack: AssembledStack) => {
    await Promise.all(stack.dependencies.map((name) => made.get(name)));
    const TemplateURL = await putTemplate(stack, { assembly, emulator, s3 });
    return createStack({ stack, TemplateURL }, cloudformation);
  };
  // An assembly names a stack after those that it depends on.
  for (const stack of stacks) made.set(stack.name, make(stack));
  return Object.fromEntries(
    await Promise.all([...made].map(async ([name, outputs]) => [name, await outputs] as const)),
  );
}

/** In the bucket, since most templates are longer than a request may be; without asking for a bootstrap stack. */
async function putTemplate(
  { name, templateFile }: AssembledStack,
  { assembly, emulator, s3 }: { assembly: Assembly; emulator: RunningEmulator; s3: S3Client },
): Promise<string> {
  const {
    Parameters,
    Rules: _,
    ...template
  } = JSON.parse(readFileSync(join(assembly, templateFile), 'utf8'));
  const { BootstrapVersion: __, ...parameters } = Parameters ?? {};
  const Bucket = assetBucketOf(emulator.account);
  const Key = `${name}.template.json`;
  const Body = JSON.stringify({ ...template, Parameters: parameters });
  await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  return `${emulator.endpointUrl}/${Bucket}/${Key}`;
}

async function createStack(
  { stack: { name, tags }, TemplateURL }: { stack: AssembledStack; TemplateURL: string },
  cloudformation: CloudFormationClient,
): Promise<Record<string, string>> {
  await cloudformation.send(
    new CreateStackCommand({
      StackName: name,
      TemplateURL,
      DisableRollback: true,
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  const { StackStatus, Outputs = [] } = await untilMade(name, cloudformation);
  if (StackStatus !== 'CREATE_COMPLETE') {
    throw new SetupError(`The stack ${name} could not be made:\n${await whyNot(name, cloudformation)}`);
  }
  return Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
}

async function untilMade(StackName: string, cloudformation: CloudFormationClient): Promise<Stack> {
  const deadline = performance.now() + TIMEOUT_MS;
  for (;;) {
    const { Stacks: [stack] = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
    if (stack !== undefined && stack.StackStatus !== 'CREATE_IN_PROGRESS') return stack;
    if (performance.now() > deadline) {
      throw new SetupError(`The stack ${StackName} was not made within ${TIMEOUT_MS / 1000} seconds.`);
    }
    await sleep(POLL_MS);
  }
}

async function whyNot(StackName: string, cloudformation: CloudFormationClient): Promise<string> {
  const { StackEvents = [] } = await cloudformation.send(new DescribeStackEventsCommand({ StackName }));
  const failures = StackEvents.filter(({ ResourceStatus }) => ResourceStatus?.endsWith('_FAILED') === true);
  return failures
    .map(({ LogicalResourceId, ResourceType, ResourceStatusReason = 'no reason given' }) => {
      return `  ${LogicalResourceId} (${ResourceType}): ${ResourceStatusReason}`;
    })
    .join('\n');
}
