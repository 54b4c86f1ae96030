import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createStacks } from '../../lib/create-stacks.ts';
import { applyStage, readStackPrefix } from '../../lib/stage.ts';
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

/** Both stages, with GPUs, and both kinds of processors. */
const DEPLOYMENTS = [
  { stage: 'prod', gpu: 'true' },
  { stage: 'dev', gpu: 'true', arch: 'arm64' },
];

/** @returns what the rules find in a deployment, its stacks named as those of the stage `prod`. */
function inspect(context: Record<string, unknown>): Finding[] {
  const app = newApp(context);
  applyStage(app);
  createStacks(app);
  const prefix = new RegExp(`^${readStackPrefix(app)}`);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  // What is found fails the synthesis; the report is there all the same.
  expect(() => app.synth()).toThrow();
  const report = Report.parse(JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8')));
  const ofRules = report.pluginReports.filter(({ pluginName }) => RULES.includes(pluginName));
  expect(ofRules).toHaveLength(RULES.length);
  return ofRules.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => ({
        rule: ruleName,
        where: constructPath.replace(prefix, 'Segmentry'),
      })),
    ),
  );
}

const RULES = ['AwsSolutions', 'Serverless'];

const isOf = ({ rule, where }: Acknowledged, finding: Finding) =>
  rule.test(finding.rule) && where.test(finding.where);

describe.each(DEPLOYMENTS)('of the stage $stage', (context) => {
  let findings: Finding[];
  beforeAll(() => {
    findings = inspect(context);
  });

  it('cdk-nag finds nothing that is not acknowledged', () => {
    expect(findings.filter((finding) => !ACKNOWLEDGED.some((each) => isOf(each, finding)))).toEqual([]);
  });

  it('nothing is acknowledged that is not there', () => {
    const stale = ACKNOWLEDGED.filter((each) => !findings.some((finding) => isOf(each, finding)));
    expect(stale.map(({ rule }) => String(rule))).toEqual([]);
  });
});
