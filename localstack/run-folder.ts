import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stopGroup } from './processes/process-group.ts';
import { startTimeOf } from './processes/start-time.mjs';

/**
 * One run's own folder: state, temporary files, logs, and a record of the process groups it started. Its name
 * is its owner's pid and start time, so anyone can tell whether the owner still lives.
 */
export interface RunFolder {
  readonly path: string;
  /** Call it right after starting a process group. */
  recordGroup(groupId: number): void;
  /** An existing folder inside this one. */
  folder(name: string): string;
  /** Ends every recorded group and removes the folder. May be called again. */
  end(): Promise<void>;
}

const RECORD = 'groups.txt';
let runsOfThisProcess = 0;

/** This process, by a name that no other ever has. */
export const nameOwner = (): string => `${process.pid}-${startTimeOf(process.pid)}`;

/** `root` holds the folders of all runs on this checkout. */
export function createRunFolder(root: string): RunFolder {
  runsOfThisProcess += 1;
  const path = join(root, `${nameOwner()}-${runsOfThisProcess}`);
  const folder = (name: string) => {
    const inside = join(path, name);
    mkdirSync(inside, { recursive: true });
    return inside;
  };
  mkdirSync(path, { recursive: true });
  return {
    path,
    recordGroup: (groupId) =>
      appendFileSync(join(path, RECORD), `${groupId} ${startTimeOf(groupId) ?? 'gone'}\n`),
    folder,
    end: () => sweep(path),
  };
}

/**
 * Ends what runs left behind whose owner was killed, and removes their folders. A recorded group is ended only
 * while its leader is the very process that was recorded: pids come round again.
 * @returns how many runs were swept.
 */
export async function sweepDeadRuns(root: string): Promise<number> {
  if (!existsSync(root)) return 0;
  const dead = readdirSync(root).filter((name) => !isOwnerAlive(name));
  await Promise.all(dead.map((name) => sweep(join(root, name))));
  return dead.length;
}

/** @param name that begins with an owner's. */
export function isOwnerAlive(name: string): boolean {
  const [pid, startTime] = name.split('-');
  return startTime !== undefined && startTimeOf(Number(pid)) === startTime;
}

async function sweep(path: string): Promise<void> {
  const record = join(path, RECORD);
  const lines = existsSync(record) ? readFileSync(record, 'utf8').split('\n') : [];
  const groups = lines
    .map((line) => line.split(' '))
    .filter(([pid, startTime]) => startTime !== undefined && startTimeOf(Number(pid)) === startTime);
  await Promise.all(groups.map(([pid]) => stopGroup(Number(pid))));
  rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
