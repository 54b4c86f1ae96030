import { readFileSync } from 'node:fs';
import * as z from 'zod';

const ENDPOINTS = new URL('../../out/endpoints.json', import.meta.url);
const Endpoints = z.object({ apiUrl: z.url(), consoleUrl: z.url().optional() });

/** The addresses of the stack that `npm start` has up in this folder; undefined where there is none. */
export function findLocalStack(): z.infer<typeof Endpoints> | undefined {
  try {
    return Endpoints.parse(JSON.parse(readFileSync(ENDPOINTS, 'utf8')));
  } catch {
    return undefined;
  }
}
