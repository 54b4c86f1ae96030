import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import type { BundledFunction } from '../../test/helpers/read-functions.ts';

const Start = z.object({
  /** By the clock, and on the processor, which other work on the machine leaves alone. */
  loadMs: z.number(),
  processorMs: z.number(),
  /** What the process holds more than an empty one. */
  residentBytes: z.number(),
});
export type Start = z.infer<typeof Start>;

const AWS = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  PATH: process.env.PATH ?? '',
};

/** Loads a function in a process of its own, far from the packages of the checkout, as Lambda does. */
export function measureStart({ bundle, environment }: BundledFunction): Start {
  const script = `
    const empty = process.memoryUsage.rss(), startedAt = performance.now(), before = process.cpuUsage();
    await import(${JSON.stringify(pathToFileURL(bundle).href)});
    const { user, system } = process.cpuUsage(before);
    const loadMs = performance.now() - startedAt;
    console.log(JSON.stringify({ loadMs, processorMs: (user + system) / 1000, residentBytes: process.memoryUsage.rss() - empty }));
    process.exit(0);
  `;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: tmpdir(),
    env: { ...AWS, ...environment },
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  return Start.parse(JSON.parse(output.trim().split('\n').at(-1) ?? ''));
}
