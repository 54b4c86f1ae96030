import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createStacks } from '../../lib/create-stacks.ts';
import { applyStage, readStackPrefix } from '../../lib/stage.ts';
import { ACKNOWLEDGED, ACKNOWLEDGED_OF_SETTINGS, type Acknowledged } from './acknowledged-findings.ts';
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

/** With all that an operator may add: a firewall, a network, a key and names of one's own, a gradual rollout. */
const GUARDED = {
  stage: 'prod',
  gpu: 'true',
  firewallRequests: '5000',
  vpc: 'true',
  keyArn: 'arn:aws:kms:eu-west-1:123456789012:key/0a1b',
  apiDomain: 'api.example.org',
  apiCertificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/0a1b',
  consoleDomain: 'console.example.org',
  consoleCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/2c3d',
  rollout: 'Linear10PercentEvery1Minute',
  apiProvisionedConcurrency: '5',
};

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

describe('with all that an operator may add', () => {
  let findings: Finding[];
  beforeAll(() => {
    findings = inspect(GUARDED);
  });

  it('cdk-nag finds nothing that is not acknowledged', () => {
    const known = [...ACKNOWLEDGED, ...ACKNOWLEDGED_OF_SETTINGS];
    expect(findings.filter((finding) => !known.some((each) => isOf(each, finding)))).toEqual([]);
    const stale = ACKNOWLEDGED_OF_SETTINGS.filter((each) => !findings.some((finding) => isOf(each, finding)));
    expect(stale.map(({ rule }) => String(rule))).toEqual([]);
  });

  it('the firewall and the names take away what is found where they are missing', () => {
    const rules = new Set(findings.map(({ rule }) => rule));
    expect(rules).toContain('AwsSolutions-APIG2');
    expect(rules).not.toContain('AwsSolutions-APIG3');
    expect(rules).not.toContain('AwsSolutions-CFR4');
  });
});
