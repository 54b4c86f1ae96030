import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTaskProtection } from '../../../../core/adapters/ecs/task-protection.ts';

let agent: Server;
let asked: { method: string | undefined; url: string | undefined; body: unknown }[];
let answer: object;
beforeEach(async () => {
  asked = [];
  answer = { protection: { ProtectionEnabled: true } };
  agent = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method, url } = request;
    asked.push({ method, url, body: JSON.parse(Buffer.concat(chunks).toString()) });
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => agent.listen(0, '127.0.0.1', resolve));
});
afterEach(() => void agent.close());

const protect = () =>
  createTaskProtection(`http://127.0.0.1:${(agent.address() as AddressInfo).port}/api/task`);

it('asks the agent for minutes of protection, and ends it', async () => {
  await protect()(true);
  await protect()(false);
  expect(asked).toEqual([
    {
      method: 'PUT',
      url: '/api/task/task-protection/v1/state',
      body: { ProtectionEnabled: true, ExpiresInMinutes: 5 },
    },
    { method: 'PUT', url: '/api/task/task-protection/v1/state', body: { ProtectionEnabled: false } },
  ]);
});

it('says so where ECS refuses, which the agent answers with 200', async () => {
  answer = { failure: { Arn: 'a task', Reason: 'DEPLOYMENT_BLOCKED' } };
  await expect(protect()(true)).rejects.toThrow('DEPLOYMENT_BLOCKED');
});

it('asks nobody where there is no agent', async () => {
  await createTaskProtection(undefined)(true);
  expect(asked).toEqual([]);
});
