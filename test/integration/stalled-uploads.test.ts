import { randomUUID } from 'node:crypto';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, inject, it } from 'vitest';
import { createImageTransactions } from '../../core/adapters/dynamodb/records/image-transactions.ts';
import { createUploadChunks } from '../../core/adapters/dynamodb/records/upload-chunks.ts';
import { createUploadRecords } from '../../core/adapters/dynamodb/records/upload-records.ts';
import { imageItem, toThousandths } from '../../core/domain/entities/credits.ts';
import { derivedUuid } from '../../core/domain/entities/ids.ts';
import type { Upload } from '../../core/domain/entities/upload.ts';
import { createAwsClients } from '../helpers/aws-clients.ts';
import { openCredits, SETTINGS } from '../helpers/credits.ts';
import { pollUntil } from '../helpers/pipeline.ts';
import { due, reconcile } from '../helpers/reconcile.ts';
import { createTestUser } from '../helpers/signed-in.ts';

const deployment = inject('deployment');
const { sqs } = createAwsClients(deployment);
const { table, credits } = openCredits();
const uploads = { ...createUploadRecords(table, credits), ...createUploadChunks(table, credits) };
const { call, id: userId } = await createTestUser();

/** An upload whose file has arrived, and whose worker has taken it; there is no file, so nobody can go on. */
async function startUpload(request: Record<string, unknown>): Promise<Upload> {
  const { body } = await call('POST /v1/uploads', { json: { sizeBytes: 1000, ...request } });
  return (await uploads.claim(body.id, 'v1')) as Upload;
}

const startZip = async (request: Record<string, unknown> = {}) => {
  const zip = { kind: 'zip', filename: 'a.zip', contentType: 'application/zip' };
  const upload = await startUpload({ ...zip, ...request });
  const left = toThousandths(30 * SETTINGS.image);
  const hold = { userId, id: upload.id, left, expiresAt: '2999-01-01T00:00:00.000Z' };
  await uploads.plan(upload, { total: 30, images: 30, videos: 0, chunks: CHUNKS }, { hold });
  return upload;
};

/** As long as the upload queue keeps a message. */
const KEPT_MS = 4 * 24 * 3_600_000;
const CHUNKS = [
  { index: 0, count: 25, fileCount: 25, offset: 0 },
  { index: 25, count: 5, fileCount: 5, offset: 0 },
];

/** The reconciler, as if all the time had gone by in which a message may come. */
async function reconcileDead(...dead: Upload[]): Promise<void> {
  for (const { id } of dead) {
    await table.entities.upload.patch({ id }).set(due()).composite({ status: 'processing' }).go();
  }
  await reconcile();
}

const read = async ({ id }: Upload) => (await call(`GET /v1/uploads/${id}`)).body;
/** Another look of the reconciler may be at work on it. */
const untilEnded = (upload: Upload) =>
  pollUntil(
    () => read(upload),
    ({ status }) => status !== 'processing',
  );
const readCredits = async () => (await call('GET /v1/credits')).body;

/** Looks without taking anything out. */
async function isInDeadLetters(message: string): Promise<boolean> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: deployment.outputs.UploadDeadLettersUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 1,
      WaitTimeSeconds: 1,
    }),
  );
  return Messages.some(({ Body }) => Body === message);
}

/** Stores an image as the worker of a zip's entry does, and pays for it from the upload's hold. */
async function storeEntry(upload: Upload, index: number): Promise<string> {
  const id = derivedUuid(upload.id, index);
  const at = new Date().toISOString();
  const charges = [{ item: imageItem(id), amount: toThousandths(SETTINGS.image) }];
  await createImageTransactions(table, credits).createOnce({
    datasets: [],
    image: {
      id,
      userId,
      sha256: randomUUID(),
      filename: `${index}.jpg`,
      width: 64,
      height: 64,
      sizeBytes: 1,
      originalSizeBytes: 1,
      contentType: 'image/jpeg',
      uploadedAt: at,
      modifiedAt: at,
      cost: SETTINGS.image,
    },
    jobs: [],
    isNew: true,
    payment: { charges, holdId: upload.id, credits: { userId } },
  });
  return id;
}

describe('an upload whose message is among the dead letters', () => {
  it('ends when no message of it can be there any more: of a zip, what its dead chunk had stored is kept and the rest refused', async () => {
    const { body: dataset } = await call('POST /v1/datasets', { json: { name: randomUUID() } });
    const before = await readCredits();
    const upload = await startZip({ dataset: dataset.id });
    const taken = await storeEntry(upload, 0);
    await uploads.addChunk(upload, { chunk: 0, images: [taken], videos: [], refused: [], refusedCount: 24 });
    const orphan = await storeEntry(upload, 26);
    const { data: kept } = await table.entities.upload.get({ id: upload.id }).go({ consistent: true });
    expect(Date.parse(kept?.reconcileAt ?? '')).toBeGreaterThan(Date.now() + KEPT_MS);
    await reconcile();
    expect(await read(upload)).toMatchObject({ status: 'processing' });
    expect(await readCredits()).toMatchObject({ available: before.available - 30 * SETTINGS.image });
    await reconcileDead(upload);
    const ended = await untilEnded(upload);
    expect(ended).toMatchObject({
      status: 'done',
      progress: { done: 2, refused: 28, total: 30 },
      cost: 2 * SETTINGS.image,
      images: [taken, orphan],
      refused: [{ name: 'a.zip', code: 'entries_failed' }],
    });
    const balance = before.balance - 2 * SETTINGS.image;
    expect(await readCredits()).toMatchObject({ balance, available: balance });
    const { body: items } = await call(`GET /v1/datasets/${dataset.id}/items`);
    expect(items.items.map(({ id }: { id: string }) => id)).toEqual([orphan]);
    // Once it has ended there is nothing to do.
    await reconcile();
    expect(await read(upload)).toEqual(ended);
  });

  it('has failed where nothing of it is stored, and holds no credits', async () => {
    const before = await readCredits();
    const zip = await startZip();
    const image = await startUpload({ kind: 'image', filename: 'a.jpg', contentType: 'image/jpeg' });
    const video = await startUpload({ kind: 'video', filename: 'a.mp4', contentType: 'video/mp4' });
    await reconcileDead(zip, image, video);
    expect(await untilEnded(zip)).toMatchObject({
      status: 'failed',
      progress: { done: 0, refused: 30, total: 30 },
      refused: [{ code: 'entries_failed' }, { code: 'entries_failed' }],
    });
    for (const upload of [image, video]) {
      expect(await untilEnded(upload)).toMatchObject({
        status: 'failed',
        refused: [{ name: upload.filename, code: 'upload_failed' }],
      });
    }
    expect(await readCredits()).toEqual(before);
  });

  it('ends as soon as the queue has given its messages up', async () => {
    const upload = await startZip();
    const message = JSON.stringify({ uploadId: upload.id, chunk: 1 });
    const { UploadQueueUrl } = deployment.outputs;
    await sqs.send(new SendMessageCommand({ QueueUrl: UploadQueueUrl, MessageBody: message }));
    await pollUntil(
      () => isInDeadLetters(message),
      (isThere) => isThere,
      180,
    );
    await pollUntil(
      async () => {
        await reconcile();
        return (await read(upload)).progress.refused;
      },
      (refused) => refused === 5,
      60,
    );
    // The other chunk's message may still come.
    expect(await read(upload)).toMatchObject({ status: 'processing' });
  }, 300_000);
});
