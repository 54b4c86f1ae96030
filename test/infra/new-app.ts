import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll } from 'vitest';

const cdkJson = readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8');
const flags = (JSON.parse(cdkJson) as { context: Record<string, unknown> }).context;

const assemblies = mkdtempSync(join(tmpdir(), 'segmentry-infra-'));
afterAll(() => rmSync(assemblies, { recursive: true, force: true }));

/** An app for a look at its templates: bundles no code, and what it writes goes with the tests of the file. */
export function newApp(context: Record<string, unknown>): App {
  return new App({
    outdir: mkdtempSync(join(assemblies, 'app-')),
    context: { ...flags, 'aws:cdk:bundling-stacks': [], ...context },
  });
}
