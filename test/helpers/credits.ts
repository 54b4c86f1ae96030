import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { createCreditWriter } from '../../core/adapters/dynamodb/records/credit-writer.ts';
import { createLedger } from '../../core/adapters/dynamodb/records/ledger.ts';
import { openTable, type SegmentryTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import { toThousandths } from '../../core/domain/entities/credits.ts';
import { createAwsClients } from './aws-clients.ts';
import type { Books } from './check-books.ts';
import type { TestUser } from './signed-in.ts';

/** What the deployment's settings say, in credits. */
export const SETTINGS = { initial: 1000, low: 50, image: 0.75, analysis: 0.25 };

/** The ledger of the deployment, past its API. */
export function openCredits(now: () => Date = () => new Date()) {
  const deployment = inject('deployment');
  const table = openTable(createAwsClients(deployment).dynamodb, deployment.outputs.TableName);
  const terms = { initial: toThousandths(SETTINGS.initial), low: toThousandths(SETTINGS.low) };
  const credits = createCreditWriter(table, { terms, now });
  return { table, credits, ledger: createLedger(table, credits) };
}

/** Spends all but `left` credits. */
export async function spendAllBut(left: number, { call, id }: TestUser): Promise<void> {
  const { body } = await call('GET /v1/credits');
  await openCredits().ledger.debit(id, {
    charges: [{ item: `test:${randomUUID()}`, amount: toThousandths(body.available - left) }],
    reason: 'image_accepted',
  });
}

/** All that the table holds of a user's credits. */
export async function readBooks({ entities }: SegmentryTable, userId: string): Promise<Books> {
  const whole = { pages: 'all', consistent: true } as const;
  const account = await entities.creditAccount.get({ userId }).go({ consistent: true });
  const { data: entries } = await entities.creditEntry.query.byUser({ userId }).go(whole);
  const { data: holds } = await entities.creditHold.query.byUser({ userId }).go(whole);
  const items = [...new Set(entries.flatMap((entry) => entry.items))].map((item) => ({ item }));
  const marks =
    items.length === 0 ? [] : (await entities.creditCharge.get(items).go({ consistent: true })).data;
  return { account: account.data ?? undefined, entries, holds, marks };
}
