import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll } from 'vitest';

const assemblies = mkdtempSync(join(tmpdir(), 'segmentry-infra-'));
afterAll(() => rmSync(assemblies, { recursive: true, force: true }));

/** An app for a look at its templates: bundles no code, and what it writes goes with the tests of the file. */
export function newApp(context: Record<string, unknown>): App {
  return new App({
    outdir: mkdtempSync(join(assemblies, 'app-')),
    context: { '@aws-cdk/aws-iam:minimizePolicies': true, 'aws:cdk:bundling-stacks': [], ...context },
  });
}
