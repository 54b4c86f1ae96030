import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { createStacks } from '../../lib/create-stacks.ts';
import { ACKNOWLEDGED, type Acknowledged } from './acknowledged-findings.ts';
import { newApp } from './new-app.ts';

const Report = z.object({
  pluginReports: z.array(
    z.object({
      pluginName: z.string(),
      violations: z.array(
        z.object({
          ruleName: z.string(),
          violatingConstructs: z.array(z.object({ constructPath: z.string() })),
        }),
      ),
    }),
  ),
});

interface Finding {
  readonly rule: string;
  readonly where: string;
}

let findings: Finding[];
beforeAll(() => {
  const app = newApp({ target: 'aws' });
  createStacks(app);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  // What is found fails the synthesis; the report is there all the same.
  expect(() => app.synth()).toThrow();
  const report = Report.parse(JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8')));
  expect(report.pluginReports.map(({ pluginName }) => pluginName).sort()).toEqual([
    'AwsSolutions',
    'Serverless',
  ]);
  findings = report.pluginReports.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => ({ rule: ruleName, where: constructPath })),
    ),
  );
});

const isOf = ({ rule, where }: Acknowledged, finding: Finding) =>
  rule.test(finding.rule) && where.test(finding.where);

it('cdk-nag finds nothing that is not acknowledged', () => {
  expect(findings.filter((finding) => !ACKNOWLEDGED.some((each) => isOf(each, finding)))).toEqual([]);
});

it('nothing is acknowledged that is not there', () => {
  const stale = ACKNOWLEDGED.filter((each) => !findings.some((finding) => isOf(each, finding)));
  expect(stale.map(({ rule }) => String(rule))).toEqual([]);
});
