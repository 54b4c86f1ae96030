import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { printDone } from '../terminal/print.ts';
import { UsageError } from '../usage-error.ts';
import { judgeAccount } from './judge-account.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const CDK = fileURLToPath(new URL('../../node_modules/aws-cdk/bin/cdk', import.meta.url));
/** Two keys, some forty alarms; prices of 2025. */
const AT_REST = 'At rest it costs about 6 US dollars a month (two keys, some forty alarms).';

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
  ).action(async (cdk: string[], { stage, yes, json }: Options) => {
    const { inspectAccount } = await import('./inspect-account.ts');
    const facts = await inspectAccount();
    const { faults, warnings } = judgeAccount(facts);
    for (const warning of warnings) console.error(`! ${warning}`);
    if (faults.length > 0)
      throw new UsageError(`Nothing was deployed.\n${faults.map((each) => `✗ ${each}`).join('\n')}`);
    await confirm(`Deploy stage ${stage} into ${facts.region}? ${AT_REST}`, yes);
    const folder = mkdtempSync(join(tmpdir(), 'segmentry-deploy-'));
    const file = join(folder, 'outputs.json');
    runCdk(['deploy', '--all', '-c', `stage=${stage}`, '--outputs-file', file, ...cdk], json);
    if (json === true && existsSync(file)) {
      const outputs = JSON.parse(readFileSync(file, 'utf8'));
      printDone('', { stage, region: facts.region, outputs }, json);
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
    async (cdk: string[], { stage, yes, json }: Options) => {
      await confirm(`Remove stage ${stage}, but for its data?`, yes);
      // By pattern: the names begin as the stage says, and the one with data ends otherwise.
      const isDone = runCdk(['destroy', '!*Data', '--force', '-c', `stage=${stage}`, ...cdk], json);
      if (json === true) printDone('', { stage, isRemoved: isDone }, json);
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

/** @returns whether it went well; the exit code says so too. */
function runCdk(args: readonly string[], json = false): boolean {
  // Of JSON nothing else may come to stdout.
  const stdio = ['inherit', json ? process.stderr : 'inherit', 'inherit'] as const;
  const { status } = spawnSync(process.execPath, [CDK, ...args], { cwd: PROJECT, stdio: [...stdio] });
  process.exitCode = status === 0 ? EXIT.ok : EXIT.failed;
  return status === 0;
}
