import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readStacks } from '../../../localstack/deploy/assembly.ts';
import { deployApp } from '../../../localstack/deploy/deploy-app.ts';
import { parseOutputs } from '../../../localstack/deploy/stack-outputs.ts';
import type { RunningEmulator } from '../../../localstack/emulator.ts';

let assembly: string;
let server: Server;
/** What was asked of CloudFormation, in order. */
let asked: string[];
let status: string;

/** Answers as S3 and CloudFormation would. */
beforeEach(async () => {
  asked = [];
  status = 'CREATE_COMPLETE';
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const [, action] = /Action=(\w+)/.exec(body) ?? [];
    if (action === undefined) return response.end();
    const [, stack] = /StackName=(\w+)/.exec(body) ?? [];
    asked.push(`${action} ${stack}`);
    response.setHeader('content-type', 'text/xml');
    return response.end(
      `<${action}Response><${action}Result>${answers[action]?.()}</${action}Result></${action}Response>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  assembly = mkdtempSync(join(tmpdir(), 'segmentry-deploy-'));
  const stack = (name: string, dependencies: string[]) => {
    writeFileSync(join(assembly, `${name}.template.json`), '{"Resources": {}}');
    writeFileSync(join(assembly, `${name}.assets.json`), '{"files": {}}');
    const properties = { templateFile: `${name}.template.json` };
    return [name, { type: 'aws:cloudformation:stack', dependencies, properties }];
  };
  const artifacts = Object.fromEntries([
    stack('Data', ['Data.assets']),
    stack('Work', ['Data']),
    stack('Left', []),
  ]);
  writeFileSync(join(assembly, 'manifest.json'), JSON.stringify({ artifacts }));
});
afterEach(() => {
  server.close();
  rmSync(assembly, { recursive: true, force: true });
});

const answers: Record<string, () => string> = {
  CreateStack: () => '<StackId>id</StackId>',
  DescribeStacks: () =>
    `<Stacks><member><StackName>S</StackName><StackStatus>${status}</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime></member></Stacks>`,
  DescribeStackEvents: () =>
    '<StackEvents><member><LogicalResourceId>Table1</LogicalResourceId><ResourceType>AWS::DynamoDB::Table</ResourceType>' +
    '<ResourceStatus>CREATE_FAILED</ResourceStatus><ResourceStatusReason>too many indexes</ResourceStatusReason></member></StackEvents>',
};

const deploy = () => {
  const { port } = server.address() as AddressInfo;
  const emulator: RunningEmulator = {
    name: 'some emulator',
    endpointUrl: `http://127.0.0.1:${port}`,
    account: { accessKeyId: 'k', secretAccessKey: 's', region: 'us-east-1', accountId: '000000000000' },
    takesStack: (name) => name !== 'Left',
    restApiUrl: () => '',
    logTail: () => 'what its log said at last',
    afterDeploy: async () => {},
    stop: async () => {},
  };
  return deployApp({ emulator, assembly });
};

test('stacks are made after those that they depend on, and those that the emulator does not take are left out', async () => {
  // The stacks of this test have none of the outputs that the commands need.
  await expect(deploy()).rejects.toThrow('Segmentry');
  expect(asked).toEqual([
    'CreateStack Data',
    'DescribeStacks Data',
    'CreateStack Work',
    'DescribeStacks Work',
  ]);
  expect(readStacks(assembly).map(({ name, dependencies }) => [name, ...dependencies])).toEqual([
    ['Data'],
    ['Work', 'Data'],
    ['Left'],
  ]);
});

test('a stack that fails is shown with the resource and the reason, and how the log of the emulator ends', async () => {
  status = 'CREATE_FAILED';
  await expect(deploy()).rejects.toThrow(
    /Deploying to some emulator failed. The stack Data could not be made:\n {2}Table1 \(AWS::DynamoDB::Table\): too many indexes[\s\S]*what its log said at last/,
  );
});

test('outputs that the commands rely on must all be there', () => {
  expect(() => parseOutputs({ Segmentry: { RestApiId: 'a1' } })).toThrow('StageName');
});
