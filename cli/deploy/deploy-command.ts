import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { printDone } from '../terminal/print.ts';
import { confirm } from './confirm.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const CDK = fileURLToPath(new URL('../../node_modules/aws-cdk/bin/cdk', import.meta.url));

interface Options {
  readonly stage: string;
  readonly yes: boolean;
  readonly json?: boolean;
}

/** `segmentry deploy`, `segmentry destroy` and `segmentry lock-images`. What else is said after `--` goes to the CDK. */
export function addDeployCommands(program: Command): void {
  const add = (name: string, description: string) =>
    program
      .command(`${name} [cdk...]`)
      .description(description)
      .option('--stage <name>', 'whose settings are taken: a file of stages/', 'prod')
      .option('--yes', 'asks nothing', false)
      .option('--json', 'print JSON; what the CDK says goes to stderr');

  add(
    'deploy',
    'Deploys into the AWS account of the environment, after a look at whether it can work.',
  ).action(async (cdk: string[], { stage: preset, yes, json }: Options) => {
    const { stage, region } = await prepare(preset, cdk, yes);
    const folder = mkdtempSync(join(tmpdir(), 'segmentry-deploy-'));
    const file = join(folder, 'outputs.json');
    runCdk(['deploy', '--all', '-c', `stage=${stage}`, '--outputs-file', file, ...cdk], json);
    if (json === true && existsSync(file)) {
      const outputs = JSON.parse(readFileSync(file, 'utf8'));
      printDone('', { stage, region, outputs }, json);
    }
    rmSync(folder, { recursive: true });
  });
  program
    .command('lock-images')
    .description('Writes which images the functions are built on, by their digests, into images.lock.json.')
    .option('--file <path>', 'where they are written', 'images.lock.json')
    .option('--json', 'print JSON')
    .action(async ({ file, json = false }: { file: string; json?: boolean }) => {
      const { lockImages } = await import('./lock-images.ts');
      const locked = lockImages(PROJECT, resolve(PROJECT, file));
      if (json) console.log(JSON.stringify(locked));
      else for (const [image, digest] of Object.entries(locked)) console.log(`${image}@${digest}`);
    });
  add('destroy', 'Removes what a deploy made, but for the stack that holds data.').action(
    async (cdk: string[], { stage: preset, yes, json }: Options) => {
      const { pickStage } = await import('./read-templates.ts');
      const stage = pickStage(preset, cdk);
      if (!yes) await confirm(`Remove stage ${stage}, but for its data?`);
      // By pattern: the names begin as the stage says, and the one with data ends otherwise.
      const isDone = runCdk(['destroy', '!*Data', '--force', '-c', `stage=${stage}`, ...cdk], json);
      if (json === true) printDone('', { stage, isRemoved: isDone }, json);
    },
  );
}

/** Loaded when it is needed: the other commands start without it. */
async function prepare(stage: string, cdk: readonly string[], yes: boolean) {
  const { inspectAccount } = await import('./inspect-account.ts');
  const { pickProfile, readTemplates } = await import('./read-templates.ts');
  const { readPrices } = await import('../cost/estimate-cost.ts');
  const { prepareDeploy } = await import('./prepare-deploy.ts');
  const profile = pickProfile(cdk);
  // Before AWS is asked: the SDK takes it before all keys of the environment, as the CDK does.
  if (profile !== undefined) process.env.AWS_PROFILE = profile;
  return prepareDeploy(stage, cdk, {
    readTemplates: (context) => readTemplates(PROJECT, context),
    inspectAccount,
    prices: readPrices().prices,
    say: (line) => console.error(line),
    confirm: yes ? async () => undefined : confirm,
  });
}

/** @returns whether it went well; the exit code says so too. */
function runCdk(args: readonly string[], json = false): boolean {
  // Of JSON nothing else may come to stdout.
  const stdio = ['inherit', json ? process.stderr : 'inherit', 'inherit'] as const;
  const { status } = spawnSync(process.execPath, [CDK, ...args], { cwd: PROJECT, stdio: [...stdio] });
  process.exitCode = status === 0 ? EXIT.ok : EXIT.failed;
  return status === 0;
}
