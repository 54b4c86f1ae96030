import { readdirSync, readFileSync } from 'node:fs';

/** Linux tells starts and processor times of processes in hundredths of a second. */
const TICK_MS = 10;
/** Where the programs of AWS's images lie, and of those that stand in for them. */
const RUNTIME = '/var/runtime';

/** @returns the process that talks to this Runtime API. */
export function findProcess(runtimeApi: string): string {
  const pid = readdirSync('/proc').find((entry) => /^\d+$/.test(entry) && isFunction(entry, runtimeApi));
  if (pid === undefined) throw new Error(`No process has the Runtime API ${runtimeApi}.`);
  return pid;
}

/**
 * When the kernel made the process, on the clock of `performance`: before its container's program is loaded, so that
 * nothing of the start is left out.
 */
export function readStart(pid: string): number {
  const upMs = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;
  return performance.now() - (upMs - (readFields(pid)[START] ?? 0) * TICK_MS);
}

/** How long it has computed, which other work on the machine leaves alone. */
export function readProcessorMs(pid: string): number {
  const fields = readFields(pid);
  return ((fields[USER_TIME] ?? 0) + (fields[SYSTEM_TIME] ?? 0)) * TICK_MS;
}

/** Of /proc/PID/stat, behind the program's name. */
const [USER_TIME, SYSTEM_TIME, START] = [11, 12, 19] as const;

function readFields(pid: string): number[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
}

/** The client of Docker has the same environment. */
function isFunction(pid: string, runtimeApi: string): boolean {
  try {
    return (
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(RUNTIME) &&
      readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`AWS_LAMBDA_RUNTIME_API=${runtimeApi}\0`)
    );
  } catch {
    return false;
  }
}
