import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ensurePythonEnvironment } from '../../core/adapters/python/python-environment.ts';
import type { RunMask } from '../../core/vision/run-mask.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** One object that was found, to be compared with others. */
export interface FoundMask {
  readonly class: string;
  readonly confidence: number;
  readonly mask: RunMask;
}

/** What sahi's script says of one photograph. */
interface SahiAnswer {
  readonly width: number;
  readonly height: number;
  readonly objects: readonly { class: string; confidence: number; runs: number[] }[];
}

/** sahi with its own settings, on tiles of 640 pixels. */
export async function startSahi(model: string, threads: number) {
  const python =
    process.env.SAHI_PYTHON ??
    (await ensurePythonEnvironment(
      { folder: `${ROOT}.python/peer-sahi`, lockFile: `${ROOT}bench/peers/sahi/requirements.txt` },
      () => console.error('Installing sahi, once; several gigabytes …'),
    ));
  const child = spawn(python, [`${ROOT}bench/peers/sahi/predict.py`, model, String(threads)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  return {
    async predict(path: string): Promise<FoundMask[]> {
      const answer = once(lines, 'line');
      child.stdin.write(`${path}\n`);
      const [line] = (await answer) as [string];
      const { objects, width, height } = JSON.parse(line) as SahiAnswer;
      return objects.map(({ runs, ...object }) => ({
        ...object,
        mask: { width, height, runs: Int32Array.from(runs) },
      }));
    },
    stop: () => child.stdin.end(),
  };
}
