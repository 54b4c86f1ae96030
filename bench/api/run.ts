import { randomUUID } from 'node:crypto';
import { loadavg } from 'node:os';
import { installAdmin } from '../../localstack/accounts/install-admin.ts';
import { bringUp } from '../../localstack/deploy/bring-up.ts';
import { pickEmulator } from '../../localstack/pick-emulator.ts';
import { createProgress } from '../../localstack/progress.ts';
import { runCommand } from '../../localstack/run-command.ts';
import { createApiClient } from '../../test/helpers/api-client.ts';
import { type CountedRoute, prepareCountedRoutes } from '../../test/helpers/counted-routes.ts';
import { loadFunctionsHere } from '../../test/helpers/functions-here.ts';
import { installTestModels } from '../../test/helpers/test-models.ts';
import { type Latency, measureLatency } from './measure-latency.ts';
import { keepTable } from './report.ts';

/** `npm run bench:api`: calls of AWS and latencies of the routes that clients use all the time, on the emulator. */
const RATE = { perSecond: 20, seconds: 5 };
/** Whose jobs would be what is measured. */
const QUEUES_JOBS = /models=|batches$/;

await runCommand(async (scope) => {
  const progress = createProgress();
  const loadBefore = loadavg()[0] ?? 0;
  const deployment = await bringUp({
    emulator: pickEmulator(),
    progress,
    onTakeDown: scope.onEnd,
    context: { requestsPerMinute: '1000000' },
  });
  const {
    models: [model],
  } = await installTestModels(deployment);
  const user = { email: `bench-${randomUUID()}@example.org`, password: `pass ${randomUUID()}` };
  await installAdmin(user, { ...deployment, tableName: deployment.outputs.Segmentry.TableName });
  const anonymous = createApiClient(deployment.apiUrl);
  const { body: session } = await anonymous('POST /v1/sessions', { json: user });
  const call = createApiClient(deployment.apiUrl, { authorization: `Bearer ${session.accessToken}` });
  await call(`POST /v1/users/${encodeURIComponent(user.email)}/credits`, { json: { amount: 10_000 } });

  const routes = await prepareCountedRoutes(call, model);
  const calls = await progress.step('Count calls', () => countCalls(routes, deployment, session.accessToken));
  const latencies = new Map<string, Latency>();
  for (const each of routes.filter(({ target }) => !QUEUES_JOBS.test(target))) {
    const measure = () => measureRoute(each, deployment.apiUrl, session.accessToken);
    latencies.set(each.route, await progress.step(each.route, measure));
  }
  keepTable({ routes, calls, latencies, rate: RATE, loadBefore });
  return 0;
});

async function countCalls(
  routes: readonly CountedRoute[],
  deployment: Parameters<typeof loadFunctionsHere>[0],
  accessToken: string,
): Promise<Map<string, number>> {
  const send = await loadFunctionsHere(deployment, accessToken);
  const counts = new Map<string, number>();
  for (const { route, target, request, settle } of routes) {
    const { body, calls } = await send(target, await request());
    counts.set(route, calls.length);
    await settle?.(body);
  }
  return counts;
}

/** Requests are made before the clock runs, and answers are not looked into. */
async function measureRoute(
  { target, request }: CountedRoute,
  apiUrl: string,
  accessToken: string,
): Promise<Latency> {
  const [method = '', path = ''] = target.split(' ');
  const bodies = await Promise.all(Array.from({ length: RATE.perSecond * RATE.seconds }, request));
  const send = async (index: number) => {
    const { json, bytes } = bodies[index] ?? {};
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${accessToken}`,
        'content-type': bytes === undefined ? 'application/json' : 'image/jpeg',
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(bytes !== undefined && { body: Buffer.from(bytes) }),
    });
    await response.arrayBuffer();
    return response.status < 400;
  };
  return measureLatency(send, RATE);
}
