import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readPrices } from '../../cli/cost/estimate-cost.ts';
import { listCostAtRest } from '../../cli/deploy/cost-at-rest.ts';
import { prepareDeploy } from '../../cli/deploy/prepare-deploy.ts';
import { readDemands } from '../../cli/deploy/read-demands.ts';
import { readTemplates } from '../../cli/deploy/read-templates.ts';
import { DEFAULTS } from '../../lib/default-settings.ts';
import { GOOD_ACCOUNT } from '../helpers/good-account.ts';
import { runSegmentry } from '../helpers/run-segmentry.ts';

it('what a deploy costs at rest and asks of quotas is read from the stacks as they would be deployed', () => {
  const resources = readTemplates(process.cwd(), { stage: 'prod', vpc: 'true', apiConcurrency: '20' });
  const dollars = Object.fromEntries(
    listCostAtRest(resources, readPrices().prices).map(({ what, dollars }) => [what, dollars]),
  );
  expect(dollars['KMS keys']).toBe(2);
  expect(dollars['CloudWatch alarms, by metric']).toBeGreaterThan(3);
  // Four of them in two zones, as docs/deploy.md says.
  expect(dollars['Interface endpoints, by zone']).toBeCloseTo(58.4);
  expect(readDemands(resources)).toMatchObject({
    largestFunctionMb: DEFAULTS.analysisMemoryMb,
    // The API's, and that of direct uploads.
    reservedConcurrency: 40,
    gpuTypes: [],
    isAlarmHeard: false,
  });
});

it.each([
  ['1', 'onDemand'],
  ['0', 'spot'],
])('with gpuOnDemandTasks=%s the first task takes from the quota %s', (gpuOnDemandTasks, gpuMarket) => {
  const resources = readTemplates(process.cwd(), { stage: 'prod', gpu: 'true', gpuOnDemandTasks });
  expect(readDemands(resources)).toMatchObject({ gpuMarket, gpuTypes: ['g4dn.*', 'g5.*', 'g6.*'] });
});

it('the page on deploying shows what is said before the question, as it is said', async () => {
  const said: string[] = [];
  await prepareDeploy('prod', [], {
    readTemplates: (context) => readTemplates(process.cwd(), context),
    inspectAccount: async () => GOOD_ACCOUNT,
    prices: readPrices().prices,
    say: (line) => said.push(line),
    confirm: async () => undefined,
  });
  expect(said.length).toBeGreaterThan(5);
  expect(readFileSync('docs/deploy.md', 'utf8')).toContain(`\`\`\`\n${said.join('\n')}\n\`\`\``);
});

it('a deploy that cannot work says each reason, and what to do', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'segmentry-refused-'));
  // Without a region, and without Docker.
  const { code, stderr } = await runSegmentry(['deploy'], { folder, environment: { PATH: folder } });
  rmSync(folder, { recursive: true });
  expect(stderr).toContain(
    'Nothing was deployed.\n✗ No region is chosen: set AWS_REGION.\n✗ No Docker answers',
  );
  expect(code).toBe(2);
});

it('settings that the app refuses are refused before anything is asked of AWS', () => {
  expect(() => readTemplates(process.cwd(), { stage: 'none' })).toThrow('There is no stage "none".');
});
