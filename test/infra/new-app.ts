import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { createStacks, type Stacks } from '../../lib/create-stacks.ts';

const cdkJson = readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8');
const flags = (JSON.parse(cdkJson) as { context: Record<string, unknown> }).context;

const assemblies = mkdtempSync(join(tmpdir(), 'segmentry-infra-'));
process.once('exit', () => rmSync(assemblies, { recursive: true, force: true }));

/** An app for a look at its templates: bundles no code, and what it writes goes with the process. */
export function newApp(context: Record<string, unknown>): App {
  return new App({
    outdir: mkdtempSync(join(assemblies, 'app-')),
    // Seconds for each app; `npm run synth` and `npm run deploy` have it.
    builtinCloudFormationValidation: false,
    context: { ...flags, 'aws:cdk:bundling-stacks': [], ...context },
  });
}

const made = new Map<string, Stacks>();

/** The stacks with these settings, made and synthesized once for all test files of the process. */
export function stacksOf(context: Record<string, unknown>): Stacks {
  const key = JSON.stringify(context);
  const stacks = made.get(key) ?? createStacks(newApp(context));
  made.set(key, stacks);
  return stacks;
}
