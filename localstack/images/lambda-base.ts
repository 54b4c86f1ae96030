import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../paths.ts';
import { runProgram } from '../run-program.ts';
import { SetupError } from '../setup-error.ts';

const SUITE = 'bookworm';
/** AWS's own runtime client; its integrity is what the registry tells of this version. */
const CLIENT = {
  spec: 'aws-lambda-ric@4.0.2',
  sha512: 'FE5Vskx7mYNnqAnWWJXUOsLp2VGgdsJsCoRLFTa8L4Yk0QVtArqR8q58yPA++QC1a73ZWJXBQ2AH31nIAv7NOQ==',
};
const TIMEOUT_MS = 540_000;
const OUTPUT_LINES = 15;
const PARTS = join(PROJECT, 'localstack', 'images', 'base');
/** What nothing reads that runs here. */
const UNREAD = ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'usr/share/info', 'var/lib/apt/lists'];

/** As AWS sets its base images up. */
export const BASE_CHANGES = [
  'ENV PATH=/var/lang/bin:/usr/local/bin:/usr/bin:/bin',
  'ENV LAMBDA_TASK_ROOT=/var/task',
  'ENV LAMBDA_RUNTIME_DIR=/var/runtime',
  'ENV LANG=C.UTF-8',
  'WORKDIR /var/task',
  'ENTRYPOINT ["/lambda-entrypoint.sh"]',
];

/**
 * Makes what stands in for AWS's base image where no registry of images is reached: Debian's smallest system, the
 * pinned Node, and AWS's runtime client.
 * @throws SetupError with the end of what the program said that failed.
 */
export async function makeBaseArchive(folder: string, archive: string): Promise<void> {
  const root = join(folder, 'root');
  await run(folder, 'debootstrap', ['--variant=minbase', SUITE, root]);
  for (const path of UNREAD) rmSync(join(root, path), { recursive: true, force: true });
  rmSync(join(root, 'var/cache/apt'), { recursive: true, force: true });
  mkdirSync(join(root, 'var/lang/bin'), { recursive: true });
  // On Linux the commands run under the Node that AWS runs.
  cpSync(process.execPath, join(root, 'var/lang/bin/node'));
  await addRuntime(folder, join(root, 'var/runtime'));
  cpSync(join(PARTS, 'entrypoint.sh'), join(root, 'lambda-entrypoint.sh'));
  chmodSync(join(root, 'lambda-entrypoint.sh'), 0o755);
  await run(folder, 'tar', ['-C', root, '--exclude=./dev/*', '--exclude=./proc/*', '-cf', archive, '.']);
  rmSync(root, { recursive: true, force: true });
}

async function addRuntime(folder: string, target: string): Promise<void> {
  await run(folder, 'npm', ['pack', CLIENT.spec, '--silent']);
  const packed = join(folder, `${CLIENT.spec.replace('@', '-')}.tgz`);
  const found = createHash('sha512').update(readFileSync(packed)).digest('base64');
  if (found !== CLIENT.sha512)
    throw new SetupError(`${CLIENT.spec} is not the package that it was: ${found}.`);
  mkdirSync(target, { recursive: true });
  await run(folder, 'tar', ['-C', target, '--strip-components=1', '-xzf', packed, 'package/index.mjs']);
  // Node takes a folder of this name for the compiled client.
  const client = join(target, 'rapid-client.node');
  mkdirSync(client);
  cpSync(join(PARTS, 'runtime-client.cjs'), join(client, 'index.cjs'));
  writeFileSync(join(client, 'package.json'), JSON.stringify({ main: 'index.cjs' }));
}

async function run(folder: string, program: string, args: readonly string[]): Promise<void> {
  const environment = process.env as Record<string, string>;
  const { exitCode, output } = await runProgram(program, args, {
    environment,
    folder,
    timeoutMs: TIMEOUT_MS,
  });
  if (exitCode === 0) return;
  const end = output.trimEnd().split('\n').slice(-OUTPUT_LINES).join('\n');
  throw new SetupError(`The base of the images could not be made: ${program} failed.\n\n${end}`);
}
