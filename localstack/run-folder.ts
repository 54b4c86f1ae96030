import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stopGroup } from './processes/process-group.ts';
import { startTimeOf } from './processes/start-time.mjs';
import { runProgram } from './run-program.ts';

/**
 * One run's own folder: state, temporary files, logs, and a record of the process groups it started. Its name
 * is its owner's pid and start time, so anyone can tell whether the owner still lives.
 */
export interface RunFolder {
  readonly path: string;
  /** Call it right after starting a process group. */
  recordGroup(groupId: number): void;
  /** What removes the rest, whoever does it: a program with its arguments. Call it before there is anything to remove. */
  recordUndo(command: readonly [program: string, ...args: string[]]): void;
  /** An existing folder inside this one. */
  folder(name: string): string;
  /** Ends every recorded group, undoes what was recorded besides, and removes the folder. May be called again. */
  end(): Promise<void>;
}

const RECORD = 'groups.txt';
/** A command a line, as JSON. */
const UNDOS = 'undo.txt';
const UNDO_TIMEOUT_MS = 60_000;
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
    recordUndo: (command) => appendFileSync(join(path, UNDOS), `${JSON.stringify(command)}\n`),
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
  const groups = readLines(path, RECORD)
    .map((line) => line.split(' '))
    .filter(([pid, startTime]) => startTime !== undefined && startTimeOf(Number(pid)) === startTime);
  await Promise.all(groups.map(([pid]) => stopGroup(Number(pid))));
  for (const line of readLines(path, UNDOS)) await undo(line, path);
  rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

async function undo(line: string, folder: string): Promise<void> {
  try {
    const [program = '', ...args] = JSON.parse(line) as string[];
    const environment = process.env as Record<string, string>;
    await runProgram(program, args, { environment, folder, timeoutMs: UNDO_TIMEOUT_MS });
  } catch {
    // The program is gone, and with it what it would remove; or a full disk took half of the line before there was anything.
  }
}

function readLines(path: string, name: string): string[] {
  const file = join(path, name);
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];
}
