import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { addRemoteCommand, type ConnectionFlags, checkUrl } from '../connection/connect.ts';
import { findLocalStack } from '../connection/local-stack.ts';
import { readProfiles } from '../connection/profiles.ts';
import { printDone } from '../terminal/print.ts';
import { UsageError } from '../usage-error.ts';

/** `segmentry open` */
export function addOpenCommand(program: Command): void {
  addRemoteCommand(program, 'open', 'Opens the console in your browser.')
    .option('--print', 'print its address only')
    .action(openConsole);
}

async function openConsole(flags: ConnectionFlags & { print?: boolean }): Promise<void> {
  const address = await findConsole(flags);
  const isOpened = flags.print !== true && flags.json !== true && (await openInBrowser(address));
  printDone(isOpened ? `Opened ${address}` : address, { consoleUrl: address }, flags.json);
}

/** @throws UsageError where no console is known. */
async function findConsole(flags: ConnectionFlags): Promise<string> {
  const { current, profiles } = readProfiles();
  const profile = profiles[flags.profile ?? current];
  const local = findLocalStack();
  const url = flags.url === undefined ? (profile?.url ?? local?.apiUrl) : checkUrl(flags.url);
  if (url !== undefined && url === local?.apiUrl && local.consoleUrl !== undefined) return local.consoleUrl;
  if (url !== undefined && (await servesPages(url))) return url;
  if (url !== undefined && url === profile?.url && profile.consoleUrl !== undefined)
    return profile.consoleUrl;
  throw new UsageError(
    url === undefined
      ? 'Nothing says which deployment. Log in first, or give --url ADDRESS.'
      : `${url} serves the API and no console. Give the console's own address: segmentry open --url ADDRESS`,
  );
}

/** On AWS the console and the API are of one origin. */
async function servesPages(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/`);
    await answer.body?.cancel();
    return answer.ok && (answer.headers.get('content-type') ?? '').includes('text/html');
  } catch {
    return false;
  }
}

const OPENERS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['explorer'],
};

/** @returns whether a program was there that opens addresses. */
function openInBrowser(address: string): Promise<boolean> {
  const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  return new Promise((resolve) => {
    const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
