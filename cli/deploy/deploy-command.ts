import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { UsageError } from '../usage-error.ts';
import { judgeAccount } from './judge-account.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const CDK = fileURLToPath(new URL('../../node_modules/aws-cdk/bin/cdk', import.meta.url));
/** Two keys, some forty alarms; prices of 2025. */
const AT_REST = 'At rest it costs about 6 US dollars a month (two keys, some forty alarms).';

interface Options {
  readonly stage: string;
  readonly yes: boolean;
}

/** `segmentry deploy`, `segmentry destroy` and `segmentry lock-images`. What else is said after `--` goes to the CDK. */
export function addDeployCommands(program: Command): void {
  const add = (name: string, description: string) =>
    program
      .command(`${name} [cdk...]`)
      .description(description)
      .option('--stage <name>', 'whose settings are taken: a file of stages/', 'prod')
      .option('--yes', 'asks nothing', false);

  add(
    'deploy',
    'Deploys into the AWS account of the environment, after a look at whether it can work.',
  ).action(async (cdk: string[], { stage, yes }: Options) => {
    const { inspectAccount } = await import('./inspect-account.ts');
    const facts = await inspectAccount();
    const { faults, warnings } = judgeAccount(facts);
    for (const warning of warnings) console.error(`! ${warning}`);
    if (faults.length > 0)
      throw new UsageError(`Nothing was deployed.\n${faults.map((each) => `✗ ${each}`).join('\n')}`);
    await confirm(`Deploy stage ${stage} into ${facts.region}? ${AT_REST}`, yes);
    runCdk(['deploy', '--all', '-c', `stage=${stage}`, ...cdk]);
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
    async (cdk: string[], { stage, yes }: Options) => {
      await confirm(`Remove stage ${stage}, but for its data?`, yes);
      // By pattern: the names begin as the stage says, and the one with data ends otherwise.
      runCdk(['destroy', '!*Data', '--force', '-c', `stage=${stage}`, ...cdk]);
    },
  );
}

/** @throws UsageError where the answer is not yes, or nobody is there to give one. */
async function confirm(question: string, isAnswered: boolean): Promise<void> {
  if (isAnswered) return;
  if (!process.stdin.isTTY) throw new UsageError('There is nobody to ask: say --yes.');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError('Nothing was done.');
}

function runCdk(args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, [CDK, ...args], { cwd: PROJECT, stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
