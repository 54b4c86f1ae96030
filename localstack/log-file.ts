import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';

/** A file that a program's output goes to, and whose end people are shown. */
export interface LogFile {
  readonly path: string;
  /** For a child's stdio; `close` it once the child has it. */
  open(): { descriptor: number; close(): void };
  tail(lines: number): string;
}

export function createLogFile(path: string): LogFile {
  return {
    path,
    open() {
      const descriptor = openSync(path, 'a');
      return { descriptor, close: () => closeSync(descriptor) };
    },
    tail: (lines) =>
      existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n') : '',
  };
}
