import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { restoreDroppedProperties } from '../../../localstack/restore/restore-dropped-properties.ts';

const ACCOUNT = { accessKeyId: 'k', secretAccessKey: 's', region: 'us-east-1', accountId: '000000000000' };

/** Answers CloudFormation with one bucket and takes down whatever else it is asked. */
let server: Server;
let endpointUrl: string;
let requests: { url: string; body: string }[];
let assembly: string;

beforeEach(async () => {
  requests = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (body.includes('Action=DescribeStackResources')) {
      response.setHeader('content-type', 'text/xml').end(STACK_RESOURCES);
      return;
    }
    requests.push({ url: request.url ?? '', body });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpointUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  assembly = mkdtempSync(join(tmpdir(), 'segmentry-assembly-'));
});
afterEach(() => {
  server.close();
  rmSync(assembly, { recursive: true, force: true });
});

const emulator = () => ({
  name: 'Forgetful',
  endpointUrl,
  account: ACCOUNT,
  honoured: { 'AWS::S3::Bucket': ['BucketName'] },
});

const STACK_RESOURCES = `<DescribeStackResourcesResponse><DescribeStackResourcesResult><StackResources><member>
  <LogicalResourceId>Images</LogicalResourceId><PhysicalResourceId>images-1</PhysicalResourceId>
  <ResourceType>AWS::S3::Bucket</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus>
  <Timestamp>2026-01-01T00:00:00Z</Timestamp>
</member></StackResources></DescribeStackResourcesResult></DescribeStackResourcesResponse>`;

function writeAssembly(properties: Record<string, unknown>): void {
  const artifacts = {
    Stack: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Stack.template.json' } },
    Tree: { type: 'cdk:tree' },
  };
  const Resources = { Images: { Type: 'AWS::S3::Bucket', Properties: properties } };
  writeFileSync(join(assembly, 'manifest.json'), JSON.stringify({ artifacts }));
  writeFileSync(join(assembly, 'Stack.template.json'), JSON.stringify({ Resources }));
}

test('a forgotten property is set on the very resource that was made for it', async () => {
  writeAssembly({ Tags: [{ Key: 'product', Value: 'segmentry' }] });
  await restoreDroppedProperties(assembly, emulator());
  expect(requests).toHaveLength(1);
  expect(requests[0]?.url).toMatch(/^\/images-1\/?\?tagging/);
  expect(requests[0]?.body).toContain('<Key>product</Key><Value>segmentry</Value>');
});

test('a property that nobody can set fails by name, before anything is set', async () => {
  writeAssembly({ Tags: [{ Key: 'a', Value: 'b' }], ReplicationConfiguration: { Role: 'r' } });
  await expect(restoreDroppedProperties(assembly, emulator())).rejects.toThrow(
    'Images (AWS::S3::Bucket): ReplicationConfiguration',
  );
  expect(requests).toEqual([]);
});

test('so does a property whose value is a reference', async () => {
  writeAssembly({ Tags: [{ Key: 'queue', Value: { Ref: 'Queue' } }] });
  await expect(restoreDroppedProperties(assembly, emulator())).rejects.toThrow(
    'Images (AWS::S3::Bucket): Tags',
  );
});
