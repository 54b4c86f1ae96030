import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { createConnectionRecords } from '../../core/adapters/dynamodb/records/connection-records.ts';
import { openTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';
import type { LiveMessage, Topic } from '../../core/contracts/live-messages.ts';
import { CONNECTION_LIMIT } from '../../core/domain/entities/connection.ts';
import { createAwsClients } from '../helpers/aws-clients.ts';
import { type LiveSocket, openSocket } from '../helpers/live-socket.ts';
import { makeImage } from '../helpers/make-image.ts';
import { needs } from '../helpers/needs.ts';
import { newJob } from '../helpers/new-job.ts';
import { pollUntil, sendPresigned, waitForEnd } from '../helpers/pipeline.ts';
import { prepareVideo } from '../helpers/prepare-video.ts';
import { createTestAdmin, createTestUser, type TestUser } from '../helpers/signed-in.ts';

const deployment = inject('deployment');
const [model] = deployment.models;
const JOBS = 20;

const sockets: LiveSocket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

async function connect({ accessToken }: TestUser): Promise<LiveSocket> {
  const socket = await openSocket(`?token=${accessToken}`);
  sockets.push(socket);
  return socket;
}

let images = 0;
async function upload({ call }: TestUser, models = ''): Promise<{ image: string; jobs: string[] }> {
  images += 1;
  const { body, status } = await call(`POST /v1/images${models}`, {
    bytes: await makeImage(7000 + images),
    headers: { 'content-type': 'image/jpeg' },
  });
  expect({ status, body }).toMatchObject({ status: 202 });
  return { image: body.image.id, jobs: body.jobs.map((job: { id: string }) => job.id) };
}

/** The states that messages tell of a thing, in the order of their numbers, each once. */
function updatesOf(id: string, messages: readonly LiveMessage[]): unknown[] {
  const bySequence = new Map<number, unknown>();
  for (const message of messages) {
    if (message.type !== 'error' && message.data.id === id)
      bySequence.set(message.sequence, message.data.status);
  }
  return [...bySequence].sort(([a], [b]) => a - b).map(([, status]) => status);
}

const lastSequence = (id: string, messages: readonly LiveMessage[]): number =>
  Math.max(
    ...messages.flatMap((message) =>
      message.type !== 'error' && message.data.id === id ? [message.sequence] : [],
    ),
  );

describe('live states', () => {
  needs(deployment.liveUrl !== undefined, 'WebSocket APIs are');
  it('tell each state of 20 jobs, also to who reconnects in between', async () => {
    const user = await createTestUser();
    const first = await connect(user);
    first.send({ action: 'subscribe', topics: ['me'] });
    await first.until((messages) => messages.length > 0);
    const uploads = Array.from({ length: JOBS }, () => upload(user, `?models=${model}`));
    const jobIds = (await Promise.all(uploads)).flatMap(({ jobs }) => jobs);
    expect(jobIds).toHaveLength(JOBS);
    const every = (messages: readonly LiveMessage[], status: string) =>
      jobIds.every((id) => updatesOf(id, messages).includes(status));
    await first.until(
      (messages) =>
        every(messages, 'queued') && jobIds.some((id) => updatesOf(id, messages).includes('succeeded')),
    );
    first.close();

    const since = Object.fromEntries(jobIds.map((id) => [`job:${id}`, lastSequence(id, first.messages)]));
    const second = await connect(user);
    second.send({ action: 'subscribe', topics: jobIds.map((id): Topic => `job:${id}`), since });
    const all = () => [...first.messages, ...second.messages];
    await second.until(() => every(all(), 'succeeded'), 100);
    for (const id of jobIds) expect(updatesOf(id, all())).toEqual(['queued', 'running', 'succeeded']);
  });

  it('of all one owns come to "me": queued, running, succeeded', async () => {
    const user = await createTestUser();
    const socket = await connect(user);
    socket.send({ action: 'subscribe', topics: ['me'] });
    await socket.until((messages) => messages.length > 0);
    const { jobs } = await upload(user, `?models=${model}`);
    const told = () =>
      socket.messages.flatMap((message) =>
        message.type === 'job.updated' && message.data.id === jobs[0] ? [message.data.status] : [],
      );
    await socket.until(() => told().includes('succeeded'));
    expect([...new Set(told())]).toEqual(['queued', 'running', 'succeeded']);
    await socket.until((messages) => messages.some(({ type }) => type === 'credits.updated'));
  });

  it('tell of an upload', async () => {
    const user = await createTestUser();
    const socket = await connect(user);
    socket.send({ action: 'subscribe', topics: ['me'] });
    await socket.until((messages) => messages.length > 0);
    const { id } = await sendPresigned(user.call, {
      bytes: await makeImage(7900),
      filename: 'dot.jpg',
      contentType: 'image/jpeg',
    });
    const told = () =>
      socket.messages.flatMap((message) =>
        message.type === 'upload.updated' && message.data.id === id ? [message.data.status] : [],
      );
    await socket.until(() => told().includes('done'));
    socket.send({ action: 'subscribe', topics: [`upload:${id}`] });
    const snapshot = () => socket.messages.find(({ type, topic }) => type === 'snapshot' && topic !== 'me');
    await socket.until(() => snapshot() !== undefined);
    expect(snapshot()).toMatchObject({ topic: `upload:${id}`, data: { status: 'done' } });
  });

  it('tell of the job of a video, and name the video', async () => {
    const user = await createTestUser();
    const socket = await connect(user);
    socket.send({ action: 'subscribe', topics: ['me'] });
    await socket.until((messages) => messages.length > 0);
    const { video, videoJob } = await prepareVideo(user.call, model ?? '');
    socket.send({ action: 'subscribe', topics: [`job:${videoJob}`] });
    await socket.until((messages) =>
      messages.some(({ type, topic }) => type === 'snapshot' && topic !== 'me'),
    );
    await socket.until((messages) => updatesOf(videoJob, messages).includes('succeeded'));
    const told = socket.messages.filter(({ data }) => 'id' in data && data.id === videoJob);
    expect(new Set(told.map(({ type }) => type))).toEqual(new Set(['job.updated', 'snapshot']));
    for (const { data } of told) {
      expect(data).toMatchObject({ video });
      expect(data).not.toHaveProperty('image');
    }
  });

  it('tell of a batch, last as it ended', async () => {
    const user = await createTestUser();
    const images = [await upload(user), await upload(user), await upload(user)];
    const { body: batch } = await user.call('POST /v1/batches', {
      json: { images: images.map(({ image }) => image), models: [model] },
    });
    const socket = await connect(user);
    socket.send({ action: 'subscribe', topics: [`batch:${batch.id}`] });
    await socket.until((messages) => updatesOf(batch.id, messages).at(-1) === 'finished');
    const { body } = await user.call(`GET /v1/batches/${batch.id}`);
    const told = socket.messages.filter((message) => message.type !== 'error');
    const last = told.reduce((a, b) => (a.sequence > b.sequence ? a : b));
    expect(last.data).toMatchObject({ counts: body.counts, status: 'finished' });
  });

  it('go on past a record that can be read by nobody', async () => {
    const user = await createTestUser();
    const socket = await connect(user);
    socket.send({ action: 'subscribe', topics: ['me'] });
    await socket.until((messages) => messages.length > 0);
    const { dynamodb } = createAwsClients(deployment);
    const table = openTable(dynamodb, deployment.outputs.TableName);
    const poisoned = newJob(user.id, { status: 'running', attempts: 1 });
    const { Item } = table.entities.job.put(poisoned).params<{ Item: Record<string, unknown> }>();
    await dynamodb.send(
      new PutCommand({ TableName: deployment.outputs.TableName, Item: { ...Item, model: 'no model' } }),
    );
    const { jobs } = await upload(user, `?models=${model}`);
    await socket.until((messages) => updatesOf(jobs[0] ?? '', messages).includes('succeeded'));
    expect(updatesOf(poisoned.id, socket.messages)).toEqual([]);
    await table.entities.job.delete({ id: poisoned.id }).go();
  });

  it('are told of by an API key too, until it stops listening', async () => {
    const user = await createTestUser();
    const { body } = await user.call('POST /v1/api-keys', { json: { name: 'live', scopes: ['read'] } });
    const socket = await openSocket(`?token=${body.key}`);
    sockets.push(socket);
    socket.send({ action: 'subscribe', topics: ['me'] });
    await socket.until((messages) => messages.length === 1);
    socket.send({ action: 'unsubscribe', topics: ['me'] });
    socket.send('what?');
    await socket.until((messages) => messages.length === 2);
    expect(socket.messages[1]).toMatchObject({ type: 'error', data: { code: 'malformed_message' } });
  });

  it.each(['job:job', 'batch:bat', 'upload:upl'])("of another's %s are not to be had", async (prefix) => {
    const [owner, stranger] = [await createTestUser(), await createTestUser()];
    let topic: Topic;
    if (prefix === 'upload:upl') {
      const { body } = await owner.call('POST /v1/uploads', {
        json: { kind: 'image', filename: 'a.jpg', contentType: 'image/jpeg', sizeBytes: 10 },
      });
      topic = `upload:${body.id}`;
    } else if (prefix === 'job:job') {
      const { jobs } = await upload(owner, `?models=${model}`);
      topic = `job:${jobs[0]}`;
      await waitForEnd(owner.call, `/v1/jobs/${jobs[0]}`);
    } else {
      const { image } = await upload(owner);
      const { body } = await owner.call('POST /v1/batches', { json: { images: [image], models: [model] } });
      topic = `batch:${body.id}`;
    }
    const own = await connect(owner);
    own.send({ action: 'subscribe', topics: [topic] });
    await own.until((messages) => messages.length > 0);
    expect(own.messages[0]).toMatchObject({ topic, type: 'snapshot' });
    const socket = await connect(stranger);
    socket.send({ action: 'subscribe', topics: [topic] });
    await socket.until((messages) => messages.length > 0);
    expect(socket.messages).toMatchObject([
      { topic, type: 'error', data: { code: `${prefix.split(':')[0]}_not_found` } },
    ]);
  });

  it.each([
    ['none', ''],
    ['an empty one', '?token='],
    ['a forged one', '?token=eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c3JfMSJ9.'],
    ['an unknown key', '?token=sk_abc_def'],
  ])('are refused to a token that is %s', async (_, query) => {
    await expect(openSocket(query)).rejects.toThrow('refused');
  });

  it.each([
    ['logs out', async (user: TestUser) => user.call('DELETE /v1/sessions/current')],
    [
      'is disabled',
      async ({ id }: TestUser) =>
        (await createTestAdmin()).call(`PATCH /v1/users/${id}`, { json: { disabled: true } }),
    ],
  ])('end where the user %s: the WebSocket is closed', async (_, end) => {
    const user = await createTestUser();
    const socket = await connect(user);
    socket.send({ action: 'subscribe', topics: ['me'] });
    await socket.until((messages) => messages.length > 0);
    await end(user);
    await pollUntil(
      async () => socket.isOpen(),
      (isOpen) => !isOpen,
    );
  });

  it('end where the API key is revoked that opened them', async () => {
    const user = await createTestUser();
    const { body: key } = await user.call('POST /v1/api-keys', { json: { name: 'live', scopes: ['read'] } });
    const socket = await openSocket(`?token=${key.key}`);
    sockets.push(socket);
    const own = await connect(user);
    await user.call(`DELETE /v1/api-keys/${key.id}`);
    await pollUntil(
      async () => socket.isOpen(),
      (isOpen) => !isOpen,
    );
    expect(own.isOpen()).toBe(true);
  });

  it('are refused to who has logged out', async () => {
    const user = await createTestUser();
    await user.call('DELETE /v1/sessions/current');
    await expect(connect(user)).rejects.toThrow('refused');
  });

  it('are refused to a user with too many connections, until one of them closes', async () => {
    const user = await createTestUser();
    const { dynamodb } = createAwsClients(deployment);
    const connections = createConnectionRecords(
      openTable(dynamodb, deployment.outputs.TableName),
      () => new Date(),
    );
    const others = Array.from({ length: CONNECTION_LIMIT - 1 }, (_, index) => `${user.id}-${index}`);
    for (const id of others) await connections.create(id, user.id);
    const last = await connect(user);
    await expect(connect(user)).rejects.toThrow('refused');
    last.close();
    await pollUntil(
      () => connections.listOfUser(user.id),
      (listed) => listed.length < CONNECTION_LIMIT,
    );
    await connect(user);
  });

  it('are not told to who is gone, and the connection is forgotten', async () => {
    const user = await createTestUser();
    const { dynamodb } = createAwsClients(deployment);
    const connections = createConnectionRecords(
      openTable(dynamodb, deployment.outputs.TableName),
      () => new Date(),
    );
    await connections.create('gone', user.id);
    const gone = { id: 'gone', userId: user.id, topics: [] };
    await connections.addTopics(gone, ['me']);
    await sendPresigned(user.call, {
      bytes: await makeImage(7950),
      filename: 'dot.jpg',
      contentType: 'image/jpeg',
    });
    await pollUntil(
      () => connections.listOfUser(user.id),
      (listed) => listed.length === 0,
    );
    const socket = await connect(user);
    expect(await connections.listOfUser(user.id)).toHaveLength(1);
    socket.close();
    await pollUntil(
      () => connections.listOfUser(user.id),
      (listed) => listed.length === 0,
    );
  });
});
