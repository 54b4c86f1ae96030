import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { startTimeOf } from './processes/start-time.mjs';

export interface Endpoints {
  readonly consoleUrl: string;
  readonly apiUrl: string;
  readonly liveUrl: string | undefined;
}

/** Whose file it is: the process that keeps the stack up. */
const Owned = z.looseObject({ process: z.object({ id: z.number(), startedAt: z.string() }) });

/**
 * Writes the addresses of a running stack to `endpoints.json` in `folder`; while another stack that runs has it, to
 * `endpoints-2.json` and so on.
 * @returns the file, and what removes it.
 */
export function writeEndpoints(endpoints: Endpoints, folder: string): { path: string; remove: () => void } {
  const owner = { id: process.pid, startedAt: startTimeOf(process.pid) };
  const json = `${JSON.stringify({ ...endpoints, process: owner }, null, 2)}\n`;
  for (let number = 1; ; number += 1) {
    const path = join(folder, number === 1 ? 'endpoints.json' : `endpoints-${number}.json`);
    if (!isOfRunningStack(path)) rmSync(path, { force: true });
    if (tryWrite(path, json)) return { path, remove: () => rmSync(path, { force: true }) };
  }
}

function isOfRunningStack(path: string): boolean {
  try {
    const { id, startedAt } = Owned.parse(JSON.parse(readFileSync(path, 'utf8'))).process;
    return startTimeOf(id) === startedAt;
  } catch {
    return false;
  }
}

/** @returns false where the file is there. */
function tryWrite(path: string, json: string): boolean {
  try {
    writeFileSync(path, json, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
