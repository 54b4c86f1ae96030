import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { PROJECT } from '../paths.ts';
import type { CheckResult } from './check-step.ts';
import { runTool } from './run-tool.ts';

const FOLDERS = [
  'bin',
  'stages',
  'lib',
  'core',
  'lambdas',
  'client',
  'cli',
  'web',
  'localstack',
  'test',
  'bench',
];

const Report = z.object({
  summary: z.object({
    totalCruised: z.int(),
    violations: z.array(
      z.object({
        from: z.string(),
        to: z.string(),
        rule: z.object({ name: z.string(), severity: z.string() }),
      }),
    ),
  }),
});

/**
 * Holds the imports under `folder` against the rules. Having looked at nothing is a failure too: with a
 * TypeScript that dependency-cruiser does not know it cruises no module and calls that clean.
 */
export async function cruise(folder = PROJECT): Promise<CheckResult> {
  const folders = FOLDERS.filter((name) => existsSync(join(folder, name)));
  const args = ['--config', join(PROJECT, '.dependency-cruiser.mjs'), '--output-type', 'json', ...folders];
  const { output } = await runTool('dependency-cruiser/bin/dependency-cruise.mjs', args, folder);
  const report = parseReport(output);
  if (report === undefined) return { passed: false, output };
  const { totalCruised, violations } = report.summary;
  if (totalCruised === 0) return { passed: false, output: 'dependency-cruiser looked at 0 modules.' };
  const lines = violations.map(({ rule, from, to }) => `${rule.severity} ${rule.name}: ${from} → ${to}`);
  return { passed: violations.length === 0, output: lines.join('\n') };
}

function parseReport(output: string): z.infer<typeof Report> | undefined {
  try {
    return Report.parse(JSON.parse(output));
  } catch {
    return undefined;
  }
}
