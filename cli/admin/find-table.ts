import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { UsageError } from '../usage-error.ts';

/** The name of the table of a deployed stack. @throws UsageError where there is no such stack. */
export async function findTable(stack: string): Promise<string> {
  const found = await describeStack(stack);
  const table = found?.Outputs?.find(({ OutputKey }) => OutputKey === 'TableName')?.OutputValue;
  if (table !== undefined) return table;
  throw new UsageError(
    found === undefined
      ? `There is no stack "${stack}" in this account and region. Name it with --stack, and look at AWS_REGION and AWS_PROFILE.`
      : `The stack "${stack}" has no output TableName, so it is not one of Segmentry. Name the right one with --stack.`,
  );
}

async function describeStack(stack: string): Promise<Stack | undefined> {
  try {
    const { Stacks = [] } = await new CloudFormationClient({}).send(
      new DescribeStacksCommand({ StackName: stack }),
    );
    return Stacks[0];
  } catch (error) {
    // CloudFormation has no error of its own for this.
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}
