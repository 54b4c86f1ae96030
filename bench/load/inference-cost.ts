import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListFunctionsCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { clientConfiguration } from '../../localstack/client-configuration.ts';
import type { Deployment } from '../../localstack/deploy/bring-up.ts';
import { NODE_OPTIONS } from '../../localstack/ministack/ministack.ts';

/** What `session.run` has taken of the processor in all processes of `analyze-image` until now. */
export interface InferenceCost {
  readonly milliseconds: number;
  readonly runs: number;
}

const folderOf = (runPath: string) => join(runPath, 'inference');

/** Has each process of `analyze-image` that is started from now on count; what is measured before has no inference in it. */
export async function countInference({ endpointUrl, account, runPath }: Deployment): Promise<void> {
  const lambda = new LambdaClient(clientConfiguration(endpointUrl, account));
  mkdirSync(folderOf(runPath));
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({ MaxItems: 50 }));
  const FunctionName = Functions.find((each) => each.FunctionName?.includes('AnalyzeImage'))?.FunctionName;
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const counter = fileURLToPath(new URL('count-inference.ts', import.meta.url));
  const Variables = {
    ...Environment?.Variables,
    NODE_OPTIONS: `${NODE_OPTIONS} --import=${counter}`,
    INFERENCE_COUNTS: folderOf(runPath),
  };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
}

export function readInferenceCost(runPath: string): InferenceCost {
  const counts = readdirSync(folderOf(runPath)).map(
    (name): InferenceCost => JSON.parse(readFileSync(join(folderOf(runPath), name), 'utf8')),
  );
  return {
    milliseconds: counts.reduce((sum, each) => sum + each.milliseconds, 0),
    runs: counts.reduce((sum, each) => sum + each.runs, 0),
  };
}

/** @returns milliseconds of the processor that one run took. */
export const costOfRun = (before: InferenceCost, after: InferenceCost): number =>
  (after.milliseconds - before.milliseconds) / (after.runs - before.runs);
