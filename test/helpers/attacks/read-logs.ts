import { createHash, createHmac } from 'node:crypto';
import * as z from 'zod';
import type { TestDeployment } from '../deployment.ts';

const Groups = z.object({ logGroups: z.array(z.object({ logGroupName: z.string() })).default([]) });
const Events = z.object({
  events: z.array(z.object({ message: z.string() })).default([]),
  nextToken: z.string().nullish(),
});

/** All that the deployed functions have logged, by log group. */
export async function readLogs(
  deployment: Pick<TestDeployment, 'endpointUrl' | 'account'>,
): Promise<Record<string, string>> {
  const { logGroups } = Groups.parse(await ask(deployment, 'DescribeLogGroups', { limit: 50 }));
  const logs: Record<string, string> = {};
  for (const { logGroupName } of logGroups) {
    const messages: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = Events.parse(
        await ask(deployment, 'FilterLogEvents', {
          logGroupName,
          ...(nextToken !== undefined && { nextToken }),
        }),
      );
      messages.push(...page.events.map(({ message }) => message));
      nextToken = page.nextToken ?? undefined;
    } while (nextToken !== undefined);
    logs[logGroupName] = messages.join('\n');
  }
  return logs;
}

/** One call of CloudWatch Logs, signed by hand (Signature Version 4): no test needs more of that SDK client. */
async function ask(
  { endpointUrl, account }: Pick<TestDeployment, 'endpointUrl' | 'account'>,
  action: string,
  input: object,
): Promise<unknown> {
  const body = JSON.stringify(input);
  const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const headers: Record<string, string> = {
    'content-type': 'application/x-amz-json-1.1',
    host: new URL(endpointUrl).host,
    'x-amz-date': time,
    'x-amz-target': `Logs_20140328.${action}`,
  };
  const names = Object.keys(headers).join(';');
  const canonical = [
    'POST',
    '/',
    '',
    ...Object.entries(headers).map(([name, value]) => `${name}:${value}`),
    '',
    names,
    sha256(body),
  ];
  const scope = [time.slice(0, 8), account.region, 'logs', 'aws4_request'];
  const key = scope.reduce<Buffer | string>(
    (secret, part) => hmac(secret, part),
    `AWS4${account.secretAccessKey}`,
  );
  const text = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(canonical.join('\n'))].join('\n');
  const signature = hmac(key, text).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${account.accessKeyId}/${scope.join('/')}, SignedHeaders=${names}, Signature=${signature}`;
  const { host: _, ...sent } = headers;
  const response = await fetch(endpointUrl, { method: 'POST', headers: { ...sent, authorization }, body });
  if (!response.ok) throw new Error(`${action}: ${response.status} ${await response.text()}`);
  return response.json();
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest();
