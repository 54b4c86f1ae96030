import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hashSources } from '../../lib/hash-sources.ts';
import { isKept, keep } from '../../lib/kept.ts';
import type { RunningEmulator } from '../emulator.ts';
import { EMULATOR_HOME, PROJECT } from '../paths.ts';
import type { RunFolder } from '../run-folder.ts';
import { runProgram } from '../run-program.ts';
import { scrubbedEnvironment } from '../scrubbed-environment.ts';
import { SetupError } from '../setup-error.ts';
import { type Assembly, readAssets, readStacks } from './assembly.ts';
import { createStacks } from './create-stacks.ts';
import { publishAssets } from './publish-assets.ts';
import { parseOutputs, type StackOutputs } from './stack-outputs.ts';

const SYNTH_TIMEOUT_MS = 180_000;
const OUTPUT_LINES = 30;
const ASSEMBLIES = join(EMULATOR_HOME, 'assemblies');

/** All that templates follow from, besides the settings. */
const SOURCES = ['bin', 'lib', 'stages', 'core', 'lambdas', 'cdk.json', 'package-lock.json', 'tsconfig.json'];

/**
 * Synthesizes the app for the emulator target, unless that was done before from the same sources and settings. Needs
 * no emulator, so it can run while one starts.
 */
export async function synthesize(run: RunFolder, settings: Record<string, string> = {}): Promise<Assembly> {
  const { context: flags } = JSON.parse(readFileSync(join(PROJECT, 'cdk.json'), 'utf8'));
  // Code lies in a cache of its own already: functions are made from there.
  const context = { ...flags, ...settings, target: 'emulator', 'aws:cdk:disable-asset-staging': true };
  const name = hashSources(SOURCES, JSON.stringify(context), process.execPath);
  const kept = join(ASSEMBLIES, name);
  if (isWhole(kept)) return kept;
  const made = run.folder('cdk.out');
  const { exitCode, output, timedOut } = await runProgram(process.execPath, ['bin/segmentry.ts'], {
    // The built-in check of templates takes longer than all else here; on AWS it runs.
    environment: scrubbedEnvironment({
      CDK_OUTDIR: made,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      CDK_VALIDATION: 'false',
    }),
    folder: PROJECT,
    timeoutMs: SYNTH_TIMEOUT_MS,
    onStart: run.recordGroup,
  });
  if (exitCode !== 0 || timedOut) {
    throw new SetupError(`The CDK app could not be synthesized.\n\n${endOf(output)}`);
  }
  rmSync(kept, { recursive: true, force: true });
  keep(made, kept);
  return kept;
}

/** Whether an assembly is kept, with the code that its functions are made of. */
const isWhole = (assembly: Assembly) =>
  isKept(assembly) && readAssets(assembly, readStacks(assembly)).every(({ path }) => isKept(path));

/** Deploys an assembly. @throws SetupError with what failed, and the end of the emulator's log. */
export async function deployApp({
  emulator,
  assembly,
}: {
  emulator: RunningEmulator;
  assembly: Assembly;
}): Promise<StackOutputs> {
  const stacks = readStacks(assembly).filter(({ name }) => emulator.takesStack(name));
  try {
    await publishAssets(readAssets(assembly, stacks), emulator);
    const outputs = parseOutputs(await createStacks(stacks, { assembly, emulator }));
    await emulator.afterDeploy(assembly);
    return outputs;
  } catch (error) {
    const { message } = error as Error;
    throw new SetupError(
      `Deploying to ${emulator.name} failed. ${message}\n\n` +
        `The emulator's log ends with:\n\n${emulator.logTail(OUTPUT_LINES)}`,
    );
  }
}

const endOf = (output: string) => output.trimEnd().split('\n').slice(-OUTPUT_LINES).join('\n');
