import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { ModelRefusal } from '../../contracts/http/models.ts';
import type { ModelManifest } from '../../contracts/model-manifest.ts';
import { isMemoryFault } from './memory-fault.ts';

/** What a trial's process finds in its folder, and leaves there. */
export const TRIAL_FILES = {
  weights: 'model.onnx',
  manifest: 'manifest.json',
  report: 'report.json',
} as const;

export interface TrialOptions {
  /** The program to run in the folder; it has no arguments. */
  readonly program: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** All that the process finds in its environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const TrialReport = z.object({ refusal: ModelRefusal.optional() });

/** Writable memory that Node reserves before it does anything; most of it is never touched. */
const NODE_RESERVES_MB = 640;

/** Keeps a process from more memory than it may have (Linux only), then becomes `node`. */
const BOUNDED = 'ulimit -c 0; ulimit -d "$1" 2>/dev/null; shift; exec "$@"';

/** How a trial's process ended. */
interface TrialEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stalled: boolean;
  readonly errors: string;
}

/**
 * Makes the trial of unknown weights: in a process of its own, with a time and a memory bound and nothing secret
 * in its environment. Whatever becomes of it is an answer.
 */
export function createModelTrial(options: TrialOptions) {
  return async (weights: Uint8Array, manifest: ModelManifest): Promise<ModelRefusal | undefined> => {
    const folder = await mkdtemp(join(tmpdir(), 'segmentry-trial-'));
    try {
      await writeFile(join(folder, TRIAL_FILES.weights), weights);
      await writeFile(join(folder, TRIAL_FILES.manifest), JSON.stringify(manifest));
      const end = await runBounded(folder, options);
      const report = await readReport(join(folder, TRIAL_FILES.report));
      return judge(end, report, options);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

function runBounded(folder: string, options: TrialOptions): Promise<TrialEnd> {
  const { program, timeoutSeconds, memoryMb, environment = {} } = options;
  const limitKb = (memoryMb + NODE_RESERVES_MB) * 1024;
  const command = ['-c', BOUNDED, 'trial', String(limitKb), process.execPath, program];
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', command, {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...environment },
    });
    let stalled = false;
    let errors = '';
    const timer = setTimeout(() => {
      stalled = true;
      child.kill('SIGKILL');
    }, timeoutSeconds * 1000);
    child.stderr.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(0, 4000);
    });
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      clearTimeout(timer);
      resolve({ exitCode, signal, stalled, errors });
    });
  });
}

/** @returns undefined where the process left none, or none that can be read. */
async function readReport(path: string): Promise<z.infer<typeof TrialReport> | undefined> {
  try {
    return TrialReport.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

function judge(
  { stalled, errors, signal, exitCode }: TrialEnd,
  report: z.infer<typeof TrialReport> | undefined,
  { timeoutSeconds, memoryMb }: TrialOptions,
): ModelRefusal | undefined {
  const hungry = { code: 'trial_out_of_memory', detail: `The model needs more than ${memoryMb} MB to run.` };
  if (stalled) {
    return {
      code: 'trial_stalled',
      detail: `The model's trial run took longer than ${timeoutSeconds} s.`,
    };
  }
  if (exitCode === 0 && report !== undefined) {
    return report.refusal?.code === 'model_too_large' ? hungry : report.refusal;
  }
  if (isMemoryFault(errors)) return hungry;
  const how = signal === null ? `exit code ${exitCode}` : signal;
  return { code: 'trial_crashed', detail: `The model crashed its trial run (${how}).` };
}
