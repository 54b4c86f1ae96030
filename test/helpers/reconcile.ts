import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { expect, inject } from 'vitest';
import type { Reconciliation } from '../../core/domain/cleanup/reconcile.ts';

/** Lets the reconciler look, as it does by itself every minute. */
export const reconcile = (): Promise<Reconciliation> => reconcileAt(new Date());

/** Lets it look as it would `minutes` from now: for everybody, so no other test may run meanwhile. */
export const reconcileIn = (minutes: number): Promise<Reconciliation> =>
  reconcileAt(new Date(Date.now() + minutes * 60_000));

/** Of a record that is on the reconciler's work list: as if the time had come to look after it. */
export const due = () => ({
  reconcileAt: new Date(Date.now() - 1000).toISOString(),
  reconcileShard: 0,
  announcement: 'pending' as const,
});

async function reconcileAt(time: Date): Promise<Reconciliation> {
  const { endpointUrl, account, outputs } = inject('deployment');
  const lambda = new LambdaClient({ endpoint: endpointUrl, region: account.region, credentials: account });
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: outputs.ReconcileFunctionName, Payload: JSON.stringify({ time }) }),
  );
  expect(FunctionError).toBeUndefined();
  return JSON.parse(Buffer.from(Payload ?? []).toString());
}
