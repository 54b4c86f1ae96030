import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { UsageError } from '../usage-error.ts';

const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});
/** A resource of a CloudFormation template, as far as what it costs and needs goes. */
export type Resource = z.infer<typeof Resource>;
const Template = z.object({ Resources: z.record(z.string(), Resource) });
const CdkFile = z.object({ app: z.string(), context: z.record(z.string(), z.unknown()) });

/**
 * What a deploy would make: all resources, by `STACK:LOGICAL-ID`. Nothing is bundled for it.
 * @param context settings that go before those of the stage, as `-c name=value`.
 * @throws UsageError where the settings are refused, with the words of the app.
 */
export function readTemplates(
  project: string,
  context: Readonly<Record<string, string>>,
): Map<string, Resource> {
  const folder = mkdtempSync(join(tmpdir(), 'segmentry-templates-'));
  try {
    synthesize(project, folder, context);
    const names = readdirSync(folder).filter((name) => name.endsWith('.template.json'));
    const resources = names.flatMap((name) => {
      const { Resources } = Template.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
      const stack = name.replace('.template.json', '');
      return Object.entries(Resources).map(([id, each]) => [`${stack}:${id}`, each] as const);
    });
    return new Map(resources);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the app as the CDK's command line does, which asks for no code where it is told of no stack to bundle. */
function synthesize(project: string, outdir: string, given: Readonly<Record<string, string>>): void {
  const { app, context } = CdkFile.parse(JSON.parse(readFileSync(join(project, 'cdk.json'), 'utf8')));
  const CDK_CONTEXT_JSON = JSON.stringify({ ...context, ...given, 'aws:cdk:bundling-stacks': [] });
  const [, entry = ''] = app.split(' ');
  const { status, stderr } = spawnSync(process.execPath, [entry], {
    cwd: project,
    env: { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON },
    encoding: 'utf8',
  });
  if (status === 0) return;
  const reason = /^(?:\w*Error): (.+)$/m.exec(stderr)?.[1] ?? stderr.trim();
  throw new UsageError(`Nothing was deployed. ${reason}`);
}

/** The settings among what is handed on to the CDK: `-c name=value`. */
export function readContext(args: readonly string[]): Record<string, string> {
  const pairs = args.flatMap((arg, index) => {
    const [, joined] = /^(?:-c|--context)=(.*)$/s.exec(arg) ?? [];
    const text = joined ?? (arg === '-c' || arg === '--context' ? args[index + 1] : undefined);
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(text ?? '') ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(pairs);
}

/** The stage that the CDK takes: one that is handed on to it by `-c` goes before that of `--stage`. */
export const pickStage = (preset: string, args: readonly string[]): string =>
  readContext(args).stage ?? preset;

/** The profile whose account the CDK deploys into, where one is handed on to it. */
export function pickProfile(args: readonly string[]): string | undefined {
  const at = args.findLastIndex((arg) => /^--profile(=|$)/.test(arg));
  return at === -1 ? undefined : (args[at]?.split('=')[1] ?? args[at + 1]);
}
