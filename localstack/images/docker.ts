import { runProgram } from '../run-program.ts';
import { SetupError } from '../setup-error.ts';

/** A Docker daemon that has answered. */
export interface Docker {
  /** What its client needs besides its arguments. */
  readonly environment: Record<string, string>;
  /** @returns what the command printed. @throws SetupError that says what is wrong. */
  run(args: readonly string[], timeoutMs?: number): Promise<string>;
}

const PATIENCE_MS = 60_000;
const OUTPUT_LINES = 20;

/** What Docker says where it can't go on, and what that means to whoever reads it. */
const CAUSES: readonly [said: RegExp, meaning: string][] = [
  [/no space left on device/i, 'The disk is full: images need about 3 GB.'],
  [/cannot connect to the docker daemon|error during connect|dial unix/i, 'The Docker daemon has ended.'],
];

/** @param logTail what the daemon itself wrote at last, where that can be read. */
export const createDocker = (
  environment: Record<string, string>,
  logTail: () => string = () => '',
): Docker => ({
  environment,
  async run(args, timeoutMs = PATIENCE_MS) {
    const options = { environment, folder: process.cwd(), timeoutMs };
    const { exitCode, output, timedOut } = await runProgram('docker', args, options);
    if (exitCode === 0 && !timedOut) return output;
    const [, meaning] = CAUSES.find(([said]) => said.test(output)) ?? [];
    const parts = [
      meaning,
      timedOut
        ? `"docker ${args[0]}" was not done after ${timeoutMs / 1000} s.`
        : `"docker ${args[0]}" failed.`,
      endOf(output),
      meaning !== undefined && logTail() !== '' ? `The daemon's log ends with:\n\n${logTail()}` : '',
    ];
    throw new SetupError(parts.filter(Boolean).join('\n\n'));
  },
});

const endOf = (output: string) => output.trimEnd().split('\n').slice(-OUTPUT_LINES).join('\n');
