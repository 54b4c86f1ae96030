import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Younger than three seconds, as `ps` writes it. */
const YOUNG = /^00:0[0-2]$/;
/** How often a process is killed at any age. */
const STARTING_SHARE = 0.25;

/**
 * Functions of one run of MiniStack, as what they are there: processes, each in a folder that names its
 * function, started anew when the next event comes.
 */
export function createFunctionKiller(runPath: string, random: () => number) {
  const folder = join(runPath, 'tmp', 'ministack-lambda-');

  const listProcesses = (construct: string): { pid: number; hasStarted: boolean }[] =>
    execFileSync('ps', ['-A', '-ww', '-o', 'pid=,etime=,command='], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.split(folder)[1]?.split('/')[0]?.includes(construct))
      .map((line) => line.trim().split(/\s+/))
      .map(([pid, age = '']) => ({ pid: Number(pid), hasStarted: !YOUNG.test(age) }));

  return {
    /**
     * Kills one process of the function of that construct; one that only starts now and then, or nothing would
     * ever die later than that. @returns whether there was one.
     */
    kill(construct: string): boolean {
      const anyAge = random() < STARTING_SHARE;
      const pids = listProcesses(construct).flatMap(({ pid, hasStarted }) =>
        hasStarted || anyAge ? [pid] : [],
      );
      const pid = pids[Math.floor(random() * pids.length)];
      if (pid === undefined) return false;
      try {
        process.kill(pid, 'SIGKILL');
        return true;
      } catch {
        return false;
      }
    },

    /** How often the function has died over an event, as the emulator tells in its log. */
    countDeaths(construct: string): number {
      const failures = readFileSync(join(runPath, 'emulator.log'), 'utf8').matchAll(
        /Lambda (\S+) failed processing .*Worker process (?:died|exited)/g,
      );
      return [...failures].filter(([, name]) => name?.includes(construct)).length;
    },
  };
}

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
