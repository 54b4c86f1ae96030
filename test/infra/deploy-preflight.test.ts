import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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

it('a profile that is handed on to the CDK is whose account is looked at', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'segmentry-profile-'));
  const AWS_CONFIG_FILE = join(folder, 'config');
  const keys = (name: string) => `aws_access_key_id = KEYOF${name}\naws_secret_access_key = any\n`;
  writeFileSync(
    AWS_CONFIG_FILE,
    `[default]\n${keys('DEFAULT')}region = us-west-2\n[profile work]\n${keys('WORK')}region = eu-south-1\n`,
  );
  const signed = new Set<string | undefined>();
  const server = createServer((request, response) => {
    const { authorization = '' } = request.headers;
    signed.add(/Credential=(\w+)\/\d+\/([\w-]+)/.exec(authorization)?.slice(1).join(' in '));
    response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException' }).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const args of [['--profile', 'work'], ['--profile=work']]) {
    signed.clear();
    const ofEnvironment = { AWS_ACCESS_KEY_ID: 'KEYOFENVIRONMENT', AWS_SECRET_ACCESS_KEY: 'any' };
    const environment = { PATH: folder, AWS_CONFIG_FILE, AWS_ENDPOINT_URL, ...ofEnvironment };
    const { code } = await runSegmentry(['deploy', '--', ...args], { folder, environment });
    expect([code, ...signed]).toEqual([2, 'KEYOFWORK in eu-south-1']);
  }
  server.close();
  rmSync(folder, { recursive: true });
});

it('settings that the app refuses are refused before anything is asked of AWS', () => {
  expect(() => readTemplates(process.cwd(), { stage: 'none' })).toThrow('There is no stage "none".');
});
