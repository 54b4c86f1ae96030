/** Milliseconds from the sending of a request to the end of its answer. */
export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly failed: number;
  readonly requests: number;
}

const WARM_UP = 4;

/**
 * Sends requests at a steady rate, whether earlier ones are answered or not. A few before them, at once, start the
 * functions: a storm of cold starts on two cores is no latency of a route.
 * @param send makes the n-th request; throws or resolves to false where it failed.
 */
export async function measureLatency(
  send: (index: number) => Promise<boolean>,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<Latency> {
  await Promise.all(Array.from({ length: WARM_UP }, (_, index) => send(index).catch(() => false)));
  const startedAt = performance.now();
  const pending = Array.from({ length: perSecond * seconds }, async (_, index) => {
    const dueAt = startedAt + (index * 1000) / perSecond;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - performance.now())));
    const isFine = await send(index).catch(() => false);
    // From when it was due: a client that is held up itself counts as waiting.
    return { isFine, milliseconds: performance.now() - dueAt };
  });
  const answers = await Promise.all(pending);
  const sorted = answers.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    p50: at(0.5),
    p95: at(0.95),
    failed: answers.filter(({ isFine }) => !isFine).length,
    requests: answers.length,
  };
}
