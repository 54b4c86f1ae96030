import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deployApp } from '../../../localstack/deploy/deploy-app.ts';
import { parseOutputs } from '../../../localstack/deploy/stack-outputs.ts';
import type { RunningEmulator } from '../../../localstack/emulator.ts';
import { createRunFolder } from '../../../localstack/run-folder.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'segmentry-deploy-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const emulator: RunningEmulator = {
  name: 'some emulator',
  endpointUrl: 'http://127.0.0.1:9',
  account: { accessKeyId: 'k', secretAccessKey: 's', region: 'us-east-1', accountId: '000000000000' },
  stacks: ['*'],
  restApiUrl: () => '',
  logTail: () => 'what its log said at last',
  afterBootstrap: async () => {},
  afterDeploy: async () => {},
  stop: async () => {},
};

test('a deploy that fails shows what CDK said and how the log of the emulator ends', async () => {
  const run = createRunFolder(root);
  const deploy = deployApp({ emulator, assembly: join(root, 'nothing-synthesized') }, run);
  await expect(deploy).rejects.toThrow(/cdk deploy failed on some emulator[\s\S]*what its log said at last/);
  await run.end();
});

test('outputs that the commands rely on must all be there', () => {
  expect(() => parseOutputs('{"Segmentry": {"RestApiId": "a1"}}')).toThrow('StageName');
});
