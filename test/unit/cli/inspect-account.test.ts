import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inspectAccount } from '../../../cli/deploy/inspect-account.ts';
import { judgeAccount } from '../../../cli/deploy/judge-account.ts';
import type { Demands } from '../../../cli/deploy/read-demands.ts';

const DEMANDS: Demands = {
  largestFunctionMb: 3008,
  reservedConcurrency: 0,
  workerConcurrency: 60,
  gpuTypes: [],
  gpuMarket: 'onDemand',
  isAlarmHeard: true,
};
const judge = async (demands = DEMANDS) => judgeAccount(await inspectAccount(demands), demands);

interface Account {
  readonly isSignedIn?: boolean;
  readonly concurrency?: number;
  /** Undefined where `cdk bootstrap` has never run. */
  readonly bootstrapVersion?: number;
  /** Of the functions that there are; undefined where nobody may list them. */
  readonly functionsMb?: readonly number[];
  /** Of machines with a GPU: what was granted, else what every account has; undefined where nobody may ask. */
  readonly grantedVcpus?: number;
  readonly usualVcpus?: number;
}

let server: Server;
let folder: string;
let account: Account;
/** What Service Quotas was asked, and for which of them. */
let asked: string[];
let quotas: string[];

beforeEach(async () => {
  asked = [];
  quotas = [];
  folder = mkdtempSync(join(tmpdir(), 'segmentry-docker-'));
  server = createServer((request, response) => {
    if (account.isSignedIn === false) refuse(response);
    else if (request.url?.includes('account-settings')) tellSettings(response);
    else if (request.url?.includes('/functions')) tellFunctions(response);
    else if (request.headers['x-amz-target'] === undefined) tellStacks(response);
    else
      void json(request).then((body) =>
        tellQuota(
          String(request.headers['x-amz-target']),
          (body as { QuotaCode: string }).QuotaCode,
          response,
        ),
      );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const environment = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
    PATH: `${folder}${delimiter}${process.env.PATH}`,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  installDocker(0);
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function installDocker(exitCode: number): void {
  const path = join(folder, 'docker');
  writeFileSync(path, `#!/bin/sh\nexit ${exitCode}\n`);
  chmodSync(path, 0o755);
}

function refuse(response: ServerResponse): void {
  response.writeHead(403, { 'x-amzn-errortype': 'ExpiredTokenException' });
  response.end(JSON.stringify({ message: 'The security token is expired.' }));
}

const tellSettings = (response: ServerResponse) =>
  response.end(JSON.stringify({ AccountLimit: { ConcurrentExecutions: account.concurrency } }));

function tellFunctions(response: ServerResponse): void {
  const { functionsMb } = account;
  if (functionsMb === undefined) forbid(response);
  else response.end(JSON.stringify({ Functions: functionsMb.map((MemorySize) => ({ MemorySize })) }));
}

function forbid(response: ServerResponse): void {
  response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException' });
  response.end(JSON.stringify({ message: 'The role is not authorized to perform this.' }));
}

/** As Service Quotas answers, also where nothing was granted, or the caller may not ask. */
function tellQuota(target: string, quota: string, response: ServerResponse): void {
  asked.push(target);
  quotas.push(quota);
  const { grantedVcpus, usualVcpus } = account;
  const Value = target.endsWith('GetServiceQuota') ? grantedVcpus : usualVcpus;
  if (Value !== undefined) {
    response.end(JSON.stringify({ Quota: { Value } }));
    return;
  }
  const type = usualVcpus === undefined ? 'AccessDeniedException' : 'NoSuchResourceException';
  response.writeHead(400, { 'x-amzn-errortype': type });
  response.end(JSON.stringify({ message: type }));
}

/** As CloudFormation answers, also for a stack that is not there. */
function tellStacks(response: ServerResponse): void {
  const { bootstrapVersion } = account;
  if (bootstrapVersion === undefined) {
    response.writeHead(400);
    response.end(
      `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code>
      <Message>Stack with id CDKToolkit does not exist</Message></Error></ErrorResponse>`,
    );
    return;
  }
  response.end(
    `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>CDKToolkit</StackName>
    <Outputs><member><OutputKey>BootstrapVersion</OutputKey><OutputValue>${bootstrapVersion}</OutputValue></member></Outputs>
    </member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
  );
}

it('an account that has been prepared passes', async () => {
  account = { concurrency: 1000, bootstrapVersion: 30 };
  expect(await judge()).toEqual({ faults: [], warnings: [] });
});

it.each<[string, Account, string]>([
  ['no bootstrap', { concurrency: 1000 }, 'run npx cdk bootstrap'],
  ['an old bootstrap', { concurrency: 1000, bootstrapVersion: 6 }, 'has version 6'],
  ['credentials that have expired', { isSignedIn: false }, 'The security token is expired.'],
])('with %s nothing is deployed', async (_, found, words) => {
  account = found;
  const { faults } = await judge();
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(words);
});

it('with a Docker that does not answer nothing is deployed', async () => {
  account = { concurrency: 1000, bootstrapVersion: 30 };
  installDocker(1);
  expect((await judge()).faults).toEqual([expect.stringContaining('No Docker answers')]);
});

it('a new account’s few executions are told of', async () => {
  account = { concurrency: 10, bootstrapVersion: 30 };
  const { faults, warnings } = await judge();
  expect(faults).toEqual([]);
  expect(warnings[0]).toContain('may run 10 at a time');
});

it('more memory than a new account has is told of, unless a function has it', async () => {
  const demands = { ...DEMANDS, largestFunctionMb: 5307 };
  account = { concurrency: 1000, bootstrapVersion: 30, functionsMb: [128, 3008] };
  expect((await judge(demands)).warnings).toEqual([expect.stringContaining('5307 MB')]);
  account = { concurrency: 1000, bootstrapVersion: 30, functionsMb: [128, 4000] };
  expect((await judge(demands)).warnings).toEqual([]);
});

it('functions that may not be listed, as by the role of the workflow, are told of, and a deploy goes on', async () => {
  account = { concurrency: 1000, bootstrapVersion: 30 };
  expect(await judge({ ...DEMANDS, largestFunctionMb: 5307 })).toEqual({
    faults: [],
    warnings: [
      expect.stringContaining('these credentials may not see whether one here has more than 3008 MB'),
    ],
  });
});

describe('the quota of machines with a GPU', () => {
  const GPU = { ...DEMANDS, gpuTypes: ['g6.xlarge'] };
  const READY = { concurrency: 1000, bootstrapVersion: 30 };

  it('is asked for where the settings have some, and refused where it is too small', async () => {
    account = { ...READY, grantedVcpus: 0 };
    expect((await judge(GPU)).faults).toEqual([expect.stringContaining('may run 0 virtual processors')]);
    account = { ...READY, grantedVcpus: 8 };
    expect(await judge(GPU)).toEqual({ faults: [], warnings: [] });
    expect(asked).toEqual(Array(2).fill('ServiceQuotasV20190624.GetServiceQuota'));
  });

  it('is that of Spot where the first task runs there', async () => {
    account = { ...READY, grantedVcpus: 0 };
    const { faults } = await judge({ ...GPU, gpuMarket: 'spot' });
    expect(faults).toEqual([expect.stringContaining('"All G and VT Spot Instance Requests"')]);
    await judge(GPU);
    expect(quotas).toEqual(['L-3819A6DF', 'L-DB2E81BA']);
  });

  it('is the usual one where nothing was granted', async () => {
    account = { ...READY, usualVcpus: 0 };
    expect((await judge(GPU)).faults).toEqual([expect.stringContaining('may run 0 virtual processors')]);
    expect(asked.at(-1)).toBe('ServiceQuotasV20190624.GetAWSDefaultServiceQuota');
  });

  it('that may not be asked for is told of, and a deploy goes on', async () => {
    account = READY;
    expect(await judge(GPU)).toEqual({
      faults: [],
      warnings: [expect.stringContaining('lack servicequotas:GetServiceQuota')],
    });
  });

  it('is not asked for where the settings have none', async () => {
    account = READY;
    expect(await judge()).toEqual({ faults: [], warnings: [] });
    expect(asked).toEqual([]);
  });
});
