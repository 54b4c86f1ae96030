import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { startTimeOf } from './start-time.mjs';

const POLL_MS = 250;
const me = () => `${process.pid} ${startTimeOf(process.pid)}`;

/**
 * Runs `work` while holding the lock file at `path`; waits for a live holder, takes over from a dead one.
 * `onWait` is called once where there is a wait.
 */
export async function withLock(path, work, onWait = () => {}) {
  let waited = false;
  while (!tryTake(path)) {
    if (dropIfHolderIsDead(path)) continue;
    if (!waited) onWait();
    waited = true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** The file appears with its content in one step (a link), so that nobody reads a half-written holder. */
function tryTake(path) {
  mkdirSync(dirname(path), { recursive: true });
  const own = `${path}.${process.pid}`;
  writeFileSync(own, me());
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/** @returns whether the lock may be free now. */
function dropIfHolderIsDead(path) {
  try {
    const holder = readFileSync(path, 'utf8');
    const [pid, startTime] = holder.split(' ');
    if (startTimeOf(Number(pid)) === startTime) return false;
    if (readFileSync(path, 'utf8') === holder) rmSync(path, { force: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  return true;
}
