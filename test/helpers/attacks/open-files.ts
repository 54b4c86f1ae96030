import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { STEADY_MEMORY } from '../../../core/contracts/environment.ts';
import { watchMemory } from './watch-memory.ts';

export type FileKind = 'image' | 'zip' | 'video' | 'model';

export interface Opened {
  /** By the name of the file: the code of the refusal, `opened`, or what was thrown and nobody foresaw. */
  readonly outcomes: Readonly<Record<string, string>>;
  /** Undefined where the system does not tell. */
  readonly peakMb: number | undefined;
}

const PROGRAM = fileURLToPath(new URL('programs/open-file.ts', import.meta.url));

/** What none of the files may take together; one that hangs shows by it. */
const TIMEOUT_MS = 240_000;

/** Has files opened one after another by what opens them in production, in a process of its own. */
export async function openFiles(
  kind: FileKind,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'segmentry-attacks-'));
  try {
    const names = Object.keys(files);
    for (const [index, name] of names.entries())
      writeFileSync(join(folder, String(index)), files[name] as Uint8Array);
    const child = spawn(process.execPath, [PROGRAM, kind, folder, String(names.length)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env.PATH, ...STEADY_MEMORY },
    });
    const peak = process.platform === 'linux' ? watchMemory(child.pid as number) : undefined;
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
    const lines = (await text(child.stdout)).split('\n').filter(Boolean);
    clearTimeout(timer);
    const outcomes = names.map((name, index) => [name, lines[index] ?? 'did not come back'] as const);
    return { outcomes: Object.fromEntries(outcomes), peakMb: peak?.() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
