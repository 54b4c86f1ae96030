import { spawn } from 'node:child_process';

/** A program that was needed ended badly. */
export class ProgramFailedError extends Error {
  constructor(program: string, reason: string, output: string) {
    const lastLines = output.trimEnd().split('\n').slice(-15).join('\n');
    super(`${program} failed (${reason}).\n${lastLines}`);
    this.name = 'ProgramFailedError';
  }
}

/**
 * Runs a program to its end.
 * @returns what it wrote to stdout.
 * @throws ProgramFailedError with the end of what it said.
 */
export function runProgram(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.once('error', (error) => reject(new ProgramFailedError(program, error.message, output)));
    child.once('close', (code, signal) => {
      if (code === 0) resolve(stdout);
      else reject(new ProgramFailedError(program, signal ?? `exit code ${code}`, output));
    });
  });
}
