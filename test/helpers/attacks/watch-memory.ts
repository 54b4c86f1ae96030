import { readdirSync, readFileSync } from 'node:fs';

const PEAK = /VmHWM:\s+(\d+) kB/;

/** The most memory, in MB, that a process or any of its descendants held: what Linux says while they live. */
export function watchMemory(pid: number): () => number {
  let peakKb = 0;
  const look = () => {
    for (const each of familyOf(pid)) peakKb = Math.max(peakKb, peakKbOf(each));
  };
  const timer = setInterval(look, 20);
  return () => {
    clearInterval(timer);
    return peakKb / 1024;
  };
}

function familyOf(pid: number): number[] {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
        .trim()
        .split(' ')
        .filter(Boolean)
        .map(Number),
    );
    return [pid, ...children.flatMap(familyOf)];
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

function peakKbOf(pid: number): number {
  try {
    return Number(PEAK.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
