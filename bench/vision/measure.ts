/** The middle of the values; of an even number the upper one. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

export interface PairedTimes {
  readonly firstMs: number;
  readonly secondMs: number;
  /** Second by first, the median of all rounds. */
  readonly ratio: number;
  /** The same of the processor time, which other work on the machine disturbs less. */
  readonly cpuRatio: number;
}

/**
 * Times two things in turn, so that whatever else the machine does hits both alike; which goes first
 * alternates. The first rounds warm up and do not count.
 */
export async function timeInPairs(
  first: (round: number) => Promise<unknown>,
  second: (round: number) => Promise<unknown>,
  { rounds, warmup = 5 }: { rounds: number; warmup?: number },
): Promise<PairedTimes> {
  const times: [number, number][] = [];
  const cpuTimes: [number, number][] = [];
  for (let round = 0; round < rounds + warmup; round++) {
    const pair: [number, number] = [0, 0];
    const cpuPair: [number, number] = [0, 0];
    for (const which of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const startedAt = performance.now();
      const cpuBefore = process.cpuUsage();
      await (which === 0 ? first : second)(round);
      pair[which] = performance.now() - startedAt;
      const { user, system } = process.cpuUsage(cpuBefore);
      cpuPair[which] = user + system;
    }
    if (round < warmup) continue;
    times.push(pair);
    cpuTimes.push(cpuPair);
  }
  return {
    firstMs: median(times.map(([a]) => a)),
    secondMs: median(times.map(([, b]) => b)),
    ratio: median(times.map(([a, b]) => b / a)),
    cpuRatio: median(cpuTimes.map(([a, b]) => b / a)),
  };
}
