import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;

/** Polls `url` until it answers 200. @returns false once `isOver` says so, or at the time limit. */
export async function waitUntilHealthy(
  url: string,
  { timeoutMs, isOver }: { timeoutMs: number; isOver: () => boolean },
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline && !isOver()) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(2000) });
      await answer.arrayBuffer();
      if (answer.ok) return true;
    } catch {
      // Not there yet.
    }
    await sleep(POLL_MS);
  }
  return false;
}
