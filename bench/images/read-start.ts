import { readdirSync, readFileSync } from 'node:fs';

/** Linux tells processes' starts in hundredths of a second. */
const TICK_MS = 10;
/** Where the programs of AWS's images lie, and of those that stand in for them. */
const RUNTIME = '/var/runtime';

/**
 * When the kernel made the process that talks to this Runtime API, on the clock of `performance`: before its container's
 * program is loaded, so that nothing of the start is left out.
 */
export function readStart(runtimeApi: string): number {
  const pid = readdirSync('/proc').find((entry) => /^\d+$/.test(entry) && isFunction(entry, runtimeApi));
  if (pid === undefined) throw new Error(`No process has the Runtime API ${runtimeApi}.`);
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const startedTicks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  const upMs = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;
  return performance.now() - (upMs - startedTicks * TICK_MS);
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
