import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { STEADY_MEMORY } from '../../core/contracts/environment.ts';
import type { Progress } from '../../localstack/progress.ts';

export interface MemoryRun {
  /** What the process printed. */
  readonly answer: { readonly done: number };
  readonly seconds: number;
  /** Resident megabytes of the process with all it has started, ten times a second. */
  readonly megabytes: number[];
}

const SAMPLE_MS = 100;
/** A line a hundred samples. */
const SAMPLES_PER_LINE = 100;

/** Runs a process of its own, and watches its memory. Linux tells it, others do not. */
export async function runWatched(script: string, path: string, progress: Progress): Promise<MemoryRun> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...STEADY_MEMORY },
  });
  const megabytes: number[] = [];
  const look = () => {
    const now = residentBytes(child.pid ?? 0) / 1e6;
    megabytes.push(now);
    const seconds = (performance.now() - startedAt) / 1000;
    if (megabytes.length % SAMPLES_PER_LINE === 0)
      progress.say(`  ${seconds.toFixed(0)} s, ${now.toFixed(0)} MB`);
  };
  const timer = setInterval(look, SAMPLE_MS);
  try {
    const answer = JSON.parse(await text(child.stdout));
    return { answer, seconds: (performance.now() - startedAt) / 1000, megabytes };
  } finally {
    clearInterval(timer);
  }
}

function residentBytes(pid: number): number {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    return children.reduce((sum, each) => sum + residentBytes(Number(each)), Number(kilobytes) * 1024);
  } catch {
    // It has ended.
    return 0;
  }
}
