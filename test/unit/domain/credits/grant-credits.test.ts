import { expect, it } from 'vitest';
import { createCreditWriter } from '../../../../core/adapters/dynamodb/records/credit-writer.ts';
import { createIdempotencyRecords } from '../../../../core/adapters/dynamodb/records/idempotency-records.ts';
import { createCreditRecords, createLedger } from '../../../../core/adapters/dynamodb/records/ledger.ts';
import { openTable } from '../../../../core/adapters/dynamodb/table/segmentry-table.ts';
import type { Scope } from '../../../../core/domain/entities/principal.ts';
import { honourIdempotencyKey } from '../../../../core/runtime/honour-idempotency-key.ts';
import { createHttpApp } from '../../../../core/runtime/http-app.ts';
import { createTelemetry } from '../../../../core/runtime/telemetry.ts';
import { serveCredits } from '../../../../lambdas/api/routes/credits.ts';
import { MemoryTable } from '../../../helpers/memory-table/memory-table.ts';

/** An admin who grants a user credits under one key, at times that the test sets. */
function createGrants() {
  const memory = new MemoryTable();
  const table = openTable(memory.client, 'table');
  let at = new Date('2026-01-01T00:00:00Z');
  const now = () => at;
  const writer = createCreditWriter(table, { now, terms: { initial: 0, low: 0 } });
  const scopes: Scope[] = ['read', 'write', 'account', 'admin'];
  const app = createHttpApp({
    ...createTelemetry('test'),
    authenticate: async () => ({ principal: { userId: 'usr_admin', scopes }, prefetched: {} }),
  });
  app.use(honourIdempotencyKey(createIdempotencyRecords(table, now)));
  serveCredits(app, {
    users: { find: async (id: string) => ({ id }) as never, findByEmail: async () => undefined },
    ledger: createLedger(table, writer),
    credits: createCreditRecords(table, writer),
  });
  const grant = async (amount: number) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'monthly' };
    const init = { method: 'POST', headers, body: JSON.stringify({ amount }) };
    const response = await app.request('/v1/users/usr_1/credits', init, {});
    return ((await response.json()) as { balance: number }).balance;
  };
  /** As if each request had died before its answer was kept. */
  const forgetAnswers = async () => {
    for (const [, { id, answer }] of memory.items) {
      if (answer === undefined) continue;
      await table.entities.idempotency
        .patch({ id: String(id) })
        .set({ runsUntil: 0 })
        .remove(['answer'])
        .go();
    }
  };
  const setTime = (time: string) => {
    at = new Date(time);
  };
  return { grant, forgetAnswers, setTime };
}

it('a grant that is repeated under its key is made once, also where its answer was lost', async () => {
  const { grant, forgetAnswers } = createGrants();
  expect(await grant(100)).toBe(100);
  expect(await grant(100)).toBe(100);
  await forgetAnswers();
  expect(await grant(100)).toBe(100);
});

it('a key that comes again when its day is over is that of another grant', async () => {
  const { grant, setTime } = createGrants();
  expect(await grant(100)).toBe(100);
  setTime('2026-02-01T00:00:00Z');
  expect(await grant(50)).toBe(150);
});
