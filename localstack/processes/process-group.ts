import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a group gets to end by itself before it is killed. */
const GRACE_MS = 3000;
const POLL_MS = 50;

/** Groups this process started and has not seen the end of; they never outlive it, whatever ends it in order. */
const startedGroups = new Set<number>();
process.once('exit', () => {
  for (const groupId of startedGroups) signalGroup(groupId, 'SIGKILL');
});

/** A program in a process group of its own: a Ctrl-C at the terminal does not reach it, `stopGroup` does. */
export function spawnGroup(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(program, args, { ...options, detached: true });
  const { pid } = child;
  if (pid !== undefined) {
    startedGroups.add(pid);
    child.once('exit', () => {
      if (!isGroupAlive(pid)) startedGroups.delete(pid);
    });
  }
  return child;
}

/** Ends every process of the group: politely, and after a while not. */
export async function stopGroup(groupId: number, graceMs = GRACE_MS): Promise<void> {
  if (!signalGroup(groupId, 'SIGTERM') || (await hasFinished(groupId, graceMs))) return;
  await killGroup(groupId);
}

/** Ends every process of the group at once. */
export async function killGroup(groupId: number): Promise<void> {
  signalGroup(groupId, 'SIGKILL');
  await hasFinished(groupId, GRACE_MS);
}

async function hasFinished(groupId: number, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (isGroupAlive(groupId)) {
    if (performance.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  startedGroups.delete(groupId);
  return true;
}

/** Where nobody reaps them, the dead stay in a group as zombies that can still be signalled; they don't count. */
function isGroupAlive(groupId: number): boolean {
  if (process.platform !== 'linux') return signalGroup(groupId, 0);
  return readdirSync('/proc').some((entry) => /^\d+$/.test(entry) && isLiveMember(entry, groupId));
}

function isLiveMember(pid: string, groupId: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(group) === groupId && state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}

/** @returns whether there was anyone to signal. */
function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-groupId, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // EPERM: a group of zombies on macOS, or one that is no longer ours.
    if (code === 'ESRCH' || code === 'EPERM') return false;
    throw error;
  }
}
