import { expect, it } from 'vitest';
import { createIdempotencyRecords } from '../../../../../core/adapters/dynamodb/records/idempotency-records.ts';
import { createOneTimeLinkRecords } from '../../../../../core/adapters/dynamodb/records/one-time-link-records.ts';
import { createSessionRecords } from '../../../../../core/adapters/dynamodb/records/session-records.ts';
import { createWebhookRecords } from '../../../../../core/adapters/dynamodb/records/webhook-records.ts';
import type { Session } from '../../../../../core/domain/entities/session.ts';
import type { Upload } from '../../../../../core/domain/entities/upload.ts';
import type { Webhook } from '../../../../../core/domain/entities/webhook.ts';
import { createBatchWorld } from '../../../../helpers/memory-table/batch-world.ts';
import { OPTIONS } from '../../../../helpers/memory-table/media-world.ts';

const at = new Date('2026-01-01T00:00:00Z');
const later = '2099-01-01T00:00:00.000Z';
const now = () => at;

/**
 * A table that does each call and loses the answer, so that the SDK asks again. A transaction has a token by which the
 * table knows it; nothing else has.
 */
function createWorld() {
  return createBatchWorld(async (command, run) => {
    const answer = run();
    return command === 'TransactWriteCommand' ? answer : run();
  });
}

const session: Session = { id: 'ses_1', userId: 'usr_1', expiresAt: later, endsAt: later };

it('a session goes on whose refresh was answered to nobody, and another token is still refused', async () => {
  const { table } = createWorld();
  const sessions = createSessionRecords(table);
  await sessions.create(session, 'first');
  expect(await sessions.rotate('ses_1', 'first', { refreshHash: 'second', expiresAt: later })).toBe(true);
  expect(await sessions.rotate('ses_1', 'first', { refreshHash: 'third', expiresAt: later })).toBe(false);
});

it('a one-time link is used by who has used it, and by nobody else', async () => {
  const links = createOneTimeLinkRecords(createWorld().table, now);
  await links.create({ hash: 'h', purpose: 'password-reset', userId: 'usr_1', expiresAt: later });
  expect(await links.take('h', 'invite')).toBeUndefined();
  expect(await links.take('h', 'password-reset')).toMatchObject({ userId: 'usr_1' });
  expect(await links.take('h', 'password-reset')).toBeUndefined();
});

it('a request gets the key that it has taken, first and again, and another does not', async () => {
  const { table } = createWorld();
  const records = createIdempotencyRecords(table, now);
  const request = { id: 'key', fingerprint: 'f' };
  expect(await records.take(request)).toMatchObject({ status: 'taken', origin: { isRepeat: false } });
  expect(await records.take(request)).toMatchObject({ status: 'running' });
  await records.allowRepeat(request);
  expect(await records.take(request)).toMatchObject({ status: 'taken', origin: { isRepeat: true } });
  expect(await records.take(request)).toMatchObject({ status: 'running' });
});

it('an export is asked for by who has claimed it', async () => {
  const { plan, batches } = createWorld();
  const batch = await plan(1);
  expect(await batches.claimExport(batch, { format: 'csv', key: 'exports/a' })).toBe('claimed');
});

it('an upload, a job and what has an id of its own are taken and made as if nothing had happened', async () => {
  const { table, media, worker, plan, process, jobsOf } = createWorld();
  const upload: Upload = {
    id: 'upl_1',
    userId: 'usr_1',
    kind: 'image',
    filename: 'a.jpg',
    keep: 'compressed',
    jobs: [],
    framesPerSecond: 1,
    options: OPTIONS,
    mediaId: 'image-1',
    images: [],
    videos: [],
    refused: [],
    status: 'waiting',
    createdAt: at.toISOString(),
    expiresAt: later,
  };
  await media.uploads.create(upload, {});
  expect(await media.uploads.claim('upl_1', 'v1')).toMatchObject({ status: 'processing' });
  const webhook = { id: 'whk_1', userId: 'usr_1', url: 'https://a', events: ['job.*'], status: 'enabled' };
  await createWebhookRecords(table, now).create({
    ...webhook,
    secrets: [],
    createdAt: at.toISOString(),
    modifiedAt: at.toISOString(),
  } as unknown as Webhook);
  const batch = await plan(1);
  await process(batch);
  const [job] = await jobsOf(batch);
  expect(await worker.claim({ jobId: job?.id ?? '' })).toMatchObject({ status: 'running', attempts: 1 });
});
