import { spawn } from 'node:child_process';
import { existsSync, lstatSync, unlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { withLock } from '../processes/lock.mjs';
import { areDependenciesInstalled } from './installed-dependencies.mjs';

const INTERRUPTIONS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Installs what package-lock.json says, unless that is what is there. Two runs at a time install once. */
export async function installDependencies(project) {
  if (areDependenciesInstalled(project)) return;
  await withLock(
    join(project, '.emulator', 'dependencies.lock'),
    async () => {
      if (!areDependenciesInstalled(project)) await install(project);
    },
    () => process.stderr.write('Waiting for another run that installs the npm dependencies …\n'),
  );
}

async function install(project) {
  dropLink(join(project, 'node_modules'));
  process.stderr.write('Installing npm dependencies; from nothing this takes up to a minute …\n');
  const startedAt = performance.now();
  const { code, output } = await runNpm(project);
  if (code !== 0) {
    process.stderr.write(
      `${output.trimEnd()}\n\nInstalling failed. Check that the npm registry can be reached and that the disk has ` +
        '1 GB to spare, then remove node_modules and run the command again.\n',
    );
    process.exit(1);
  }
  process.stderr.write(`✓ Installed in ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
}

/** npm would empty the folder behind a link, which belongs to another checkout. */
function dropLink(path) {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) unlinkSync(path);
}

/**
 * What is there is brought up to date, and stays usable meanwhile; where there is nothing whole, or nothing at
 * all, it is installed anew. Neither writes package-lock.json.
 */
const verbOf = (project) =>
  existsSync(join(project, 'node_modules', '.package-lock.json')) ? ['install', '--no-save'] : ['ci'];

/** The npm that runs this script, else the one on the PATH. Whatever is configured, all kinds are installed. */
function runNpm(project) {
  const args = [...verbOf(project), '--include=dev', '--include=optional', '--loglevel=error'];
  const { npm_execpath: npm, ...environment } = process.env;
  const [program, programArgs] =
    npm !== undefined && /npm-cli\.c?js$/.test(npm) ? [process.execPath, [npm, ...args]] : ['npm', args];
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, programArgs, { cwd: project, env: environment });
    const take = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', (error) =>
      resolve({ code: 1, output: `npm could not be started: ${error.message}` }),
    );
    const interrupt = (signal) => {
      child.kill(signal);
      child.once('close', () => process.exit(128 + constants.signals[signal]));
    };
    for (const signal of INTERRUPTIONS) process.once(signal, interrupt);
    child.once('close', (code) => {
      for (const signal of INTERRUPTIONS) process.off(signal, interrupt);
      resolve({ code, output });
    });
  });
}
