import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../cli/segmentry.mjs', import.meta.url));
const TERMINAL = fileURLToPath(new URL('pseudo-terminal.py', import.meta.url));

export interface SegmentryRun {
  readonly code: number | null;
  readonly stdout: string;
  /** Empty in a terminal, which shows both as one. */
  readonly stderr: string;
}

export interface Step {
  readonly seen: RegExp;
  /** Keys to type, or anything else. */
  readonly act: string | ((child: ChildProcess) => void);
}

export const CTRL_C = '\x03';

export interface SegmentryOptions {
  /** Where it is run, and what it keeps of logins and runs is kept. */
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** In a pseudo-terminal instead of pipes. */
  readonly inTerminal?: boolean;
  /** What to do, in turn, once something is to be seen. */
  readonly steps?: readonly Step[];
}

/** Runs the command as people do: a process of its own, with nothing of this one's environment but where compiled code is kept. */
export async function runSegmentry(
  args: readonly string[],
  options: SegmentryOptions,
): Promise<SegmentryRun> {
  const { folder, environment = {}, stdin, inTerminal = false, steps = [] } = options;
  const left = [...steps];
  const line = [process.execPath, COMMAND, ...args];
  const [program = '', ...rest] = inTerminal ? ['python3', TERMINAL, ...line] : line;
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(program, rest, {
    cwd: folder,
    env: {
      PATH,
      NODE_COMPILE_CACHE,
      HOME: folder,
      TERM: 'xterm-256color',
      ...environment,
    },
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk) => {
      output[name] += chunk;
      const [step] = left;
      if (step === undefined || !step.seen.test(output.stdout + output.stderr)) return;
      left.shift();
      if (typeof step.act === 'string') child.stdin.write(step.act);
      else step.act(child);
    });
  }
  child.stdin.on('error', () => {});
  if (stdin !== undefined) child.stdin.end(stdin);
  else if (!inTerminal) child.stdin.end();
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...output };
}
