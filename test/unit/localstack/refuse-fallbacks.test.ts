import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { refuseFallbacks } from '../../../localstack/refuse-fallbacks.ts';

const ACCOUNT = { accessKeyId: 'k', secretAccessKey: 's', region: 'us-east-1', accountId: '000000000000' };

/** Answers as CloudFormation would, with the events of one stack on two pages. */
let server: Server;
let endpointUrl: string;
let pages: string[][];
let assembly: string;

beforeEach(async () => {
  pages = [[], []];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.setHeader('content-type', 'text/xml');
    if (!body.includes('Action=DescribeStackEvents')) {
      response.end(
        '<DescribeStackResourcesResponse><DescribeStackResourcesResult/></DescribeStackResourcesResponse>',
      );
      return;
    }
    const isSecond = body.includes('NextToken=second');
    const next = isSecond ? '' : '<NextToken>second</NextToken>';
    const events = pages[isSecond ? 1 : 0]?.join('');
    response.end(
      `<DescribeStackEventsResponse><DescribeStackEventsResult><StackEvents>${events}</StackEvents>${next}` +
        '</DescribeStackEventsResult></DescribeStackEventsResponse>',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpointUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  assembly = mkdtempSync(join(tmpdir(), 'segmentry-assembly-'));
  const Stack = { type: 'aws:cloudformation:stack', properties: { templateFile: 'Stack.template.json' } };
  writeFileSync(join(assembly, 'manifest.json'), JSON.stringify({ artifacts: { Stack } }));
  writeFileSync(join(assembly, 'Stack.template.json'), JSON.stringify({ Resources: {} }));
});
afterEach(() => {
  server.close();
  rmSync(assembly, { recursive: true, force: true });
});

const event = (id: string, type: string, reason: string) =>
  `<member><LogicalResourceId>${id}</LogicalResourceId><ResourceType>${type}</ResourceType>` +
  `<ResourceStatus>CREATE_COMPLETE</ResourceStatus><ResourceStatusReason>${reason}</ResourceStatusReason></member>`;
const fallback = (id: string, type: string) =>
  event(id, type, `Resource type ${type} is not supported but was deployed as a fallback`);
const refuse = () => refuseFallbacks(assembly, endpointUrl, ACCOUNT);

test('what LocalStack left out is named, from every page of events, each once', async () => {
  const socket = fallback('Socket', 'AWS::ApiGatewayV2::Api');
  pages = [[socket, socket], [fallback('Pool', 'AWS::Cognito::UserPool')]];
  await expect(refuse()).rejects.toThrow(
    /^[^\n]+\n {2}Stack: Socket \(AWS::ApiGatewayV2::Api\)\n {2}Stack: Pool \(AWS::Cognito::UserPool\)$/,
  );
});

test('what was deployed in earnest passes, and so does what has no effect', async () => {
  pages = [[event('Bucket', 'AWS::S3::Bucket', 'made')], [fallback('CDKMetadata', 'AWS::CDK::Metadata')]];
  await expect(refuse()).resolves.toBeUndefined();
});
