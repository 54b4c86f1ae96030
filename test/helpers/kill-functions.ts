import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listFunctionProcesses } from './function-processes.ts';

/** Younger than three seconds, as `ps` writes it. */
const YOUNG = /^00:0[0-2]$/;
/** How often a process is killed at any age. */
const STARTING_SHARE = 0.25;

/** For functions of one run of MiniStack, where a process is started anew when the next event comes. */
export function createFunctionKiller(runPath: string, random: () => number) {
  return {
    /**
     * Kills one process of the function of that construct; one that only starts now and then, or nothing would
     * ever die later than that. @returns whether there was one.
     */
    kill(construct: string): boolean {
      const anyAge = random() < STARTING_SHARE;
      const pids = listFunctionProcesses(runPath, construct).flatMap(({ pid, age }) =>
        anyAge || !YOUNG.test(age) ? [pid] : [],
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
