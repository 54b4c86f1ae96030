import { join } from 'node:path';
import { EMULATOR_HOME, PROJECT } from '../paths.ts';
import { type ProgramResult, runProgram } from '../run-program.ts';
import { scrubbedEnvironment } from '../scrubbed-environment.ts';

export interface CdkRun {
  readonly args: readonly string[];
  /** Where it runs; the project with its cdk.json unless said otherwise. */
  readonly folder?: string;
  readonly environment?: Record<string, string>;
  readonly timeoutMs: number;
  readonly onStart?: (groupId: number) => void;
}

/** Runs the pinned CDK under this Node, with nothing of the person's own AWS settings. */
export function runCdk({
  args,
  folder = PROJECT,
  environment,
  timeoutMs,
  onStart,
}: CdkRun): Promise<ProgramResult> {
  const cdk = join(PROJECT, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  return runProgram(process.execPath, [cdk, ...args, '--no-notices', '--no-color'], {
    folder,
    timeoutMs,
    environment: scrubbedEnvironment({
      CDK_HOME: join(EMULATOR_HOME, 'cdk'),
      CDK_DISABLE_VERSION_CHECK: '1',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      ...environment,
    }),
    ...(onStart !== undefined && { onStart }),
  });
}
