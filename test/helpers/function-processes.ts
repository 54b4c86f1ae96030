import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export interface FunctionProcess {
  readonly pid: number;
  /** As `ps` writes it: `[[days-]hours:]minutes:seconds`. */
  readonly age: string;
  /** Where its code lies. */
  readonly folder: string;
}

/** Functions of one run of MiniStack are processes there, each in a folder that names its function's construct. */
export function listFunctionProcesses(runPath: string, construct: string): FunctionProcess[] {
  const start = join(runPath, 'tmp', 'ministack-lambda-');
  return execFileSync('ps', ['-A', '-ww', '-o', 'pid=,etime=,command='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const name = line.split(start)[1]?.split('/')[0];
      if (name?.includes(construct) !== true) return [];
      const [pid, age = ''] = line.trim().split(/\s+/);
      return [{ pid: Number(pid), age, folder: join(`${start}${name}`, 'code') }];
    });
}
