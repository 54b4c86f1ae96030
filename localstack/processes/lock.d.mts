/** Runs `work` while holding the lock file at `path`; waits for a live holder, takes over from a dead one. */
export function withLock<Result>(
  path: string,
  work: () => Promise<Result> | Result,
  onWait?: () => void,
): Promise<Result>;
