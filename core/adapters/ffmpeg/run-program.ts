import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { withoutQueries } from '../../domain/entities/errors.ts';

/** What a program that ended said. */
export interface ProgramEnd {
  readonly exitCode: number | null;
  readonly errors: string;
}

const KEPT_CHARACTERS = 4000;

/** Starts a program that reads nothing from its input; its environment is empty. */
export function startProgram(path: string, args: readonly string[], signal?: AbortSignal) {
  const child = spawn(path, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {},
    ...(signal !== undefined && { signal }),
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-KEPT_CHARACTERS);
  });
  const ended = new Promise<ProgramEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, errors: tellable(errors) }));
  });
  return { child, ended };
}

/** Programs name the signed URL that they read: whole lines, without what signs it. */
const tellable = (errors: string) =>
  withoutQueries(errors.length < KEPT_CHARACTERS ? errors : errors.slice(errors.indexOf('\n') + 1)).trim();

/** Runs a program to its end. @returns what it printed. */
export async function runProgram(path: string, args: readonly string[], timeoutMs: number) {
  const { child, ended } = startProgram(path, args, AbortSignal.timeout(timeoutMs));
  const [output, end] = await Promise.all([text(child.stdout), ended]);
  return { output, ...end };
}
