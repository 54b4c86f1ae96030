import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installDependencies } from './install-dependencies.mjs';

const PROJECT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const COMMANDS = join(PROJECT, 'localstack', 'commands');

/** Makes sure that the dependencies are there, then runs the command under the pinned Node. */
export async function enter([command, ...args], ownNode) {
  const names = readdirSync(COMMANDS).map((file) => basename(file, '.ts'));
  if (!names.includes(command)) {
    console.error(`Usage: node localstack/enter.mjs <${names.join(' | ')}> [arguments]`);
    process.exit(2);
  }
  await installDependencies(PROJECT);
  runUnderPinnedNode([join(COMMANDS, `${command}.ts`), ...args], ownNode);
}

/** npm has no Node for every system. Where it has none, this one must be able to run TypeScript as it is. */
function pinnedNode({ major, minor }) {
  const pinned = join(PROJECT, 'node_modules', '.bin', 'node');
  if (existsSync(pinned)) return pinned;
  const stripsTypes = major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
  if (stripsTypes) return process.execPath;
  console.error(
    `There is no pinned Node for ${process.platform}-${process.arch}, and this one (${process.versions.node}) is ` +
      'too old to run TypeScript. Install Node 24 from https://nodejs.org.',
  );
  process.exit(1);
}

/**
 * The channel tells the command when this process dies. Signals are handed on: one that was sent to this
 * process alone would not reach the command otherwise.
 */
function runUnderPinnedNode(args, ownNode) {
  const child = spawn(pinnedNode(ownNode), args, {
    cwd: PROJECT,
    env: { ...process.env, SEGMENTRY_CALLED_FROM: process.env.INIT_CWD ?? process.cwd() },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    console.error(`The command could not be started: ${error.message}`);
    process.exit(1);
  });
  child.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
