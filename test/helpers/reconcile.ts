import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { expect, inject } from 'vitest';
import type { Reconciliation } from '../../core/domain/cleanup/reconcile.ts';

/** Lets the reconciler look as it would `minutes` from now. */
export async function reconcileIn(minutes: number): Promise<Reconciliation> {
  const { endpointUrl, account, outputs } = inject('deployment');
  const lambda = new LambdaClient({ endpoint: endpointUrl, region: account.region, credentials: account });
  const time = new Date(Date.now() + minutes * 60_000).toISOString();
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: outputs.ReconcileFunctionName, Payload: JSON.stringify({ time }) }),
  );
  expect(FunctionError).toBeUndefined();
  return JSON.parse(Buffer.from(Payload ?? []).toString());
}
