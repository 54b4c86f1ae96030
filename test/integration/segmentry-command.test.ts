import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, inject, it, onTestFinished, vi } from 'vitest';
import { newId } from '../../core/domain/entities/ids.ts';
import { createAwsClients } from '../helpers/aws-clients.ts';
import { hideMessagesFor } from '../helpers/hide-messages.ts';
import { makeVideo } from '../helpers/make-video.ts';
import { makeZip } from '../helpers/make-zip.ts';
import { CTRL_C, runSegmentry, type SegmentryOptions } from '../helpers/run-segmentry.ts';
import { sampleFile } from '../helpers/sample-truth.ts';
import { createTestAdmin, createTestUser } from '../helpers/signed-in.ts';

const { apiUrl, models } = inject('deployment');
const [model = ''] = models;
// Fifty photographs through the whole pipeline, some of them twice under way.
vi.setConfig({ testTimeout: 300_000 });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'segmentry-command-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A person with a home of their own, who has logged in at the command line. */
async function newPerson(name: string) {
  const home = join(folder, name);
  mkdirSync(home);
  const user = await createTestUser();
  const run = (args: readonly string[], more: Partial<SegmentryOptions> = {}) =>
    runSegmentry(args, { folder: home, ...more });
  const login = await run(['login', '--url', apiUrl, '--email', user.email], { stdin: `${user.password}\n` });
  expect(login).toMatchObject({ code: 0, stdout: expect.stringContaining(`as ${user.email}`) });
  return { home, user, run };
}

const FIFTY = 50;
const PRICE_CREDITS = 0.75 + 0.25;

/** Pictures of which no two have the same bytes. */
async function makePhotos(path: string): Promise<void> {
  mkdirSync(path);
  for (let index = 0; index < FIFTY; index++) {
    const background = { r: 5 * index, g: 255 - 5 * index, b: 128 };
    const bytes = await sharp({ create: { width: 64, height: 48, channels: 3, background } })
      .jpeg()
      .toBuffer();
    await writeFile(join(path, `${String(index).padStart(2, '0')}.jpg`), bytes);
  }
}

it('logs in with a key that only its owner can read, and out', async () => {
  const { home, user, run } = await newPerson('login');
  const file = join(home, '.config', 'segmentry', 'profiles.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).not.toContain(user.password);
  const me = await run(['whoami', '--json']);
  expect(JSON.parse(me.stdout)).toMatchObject({ email: user.email, url: apiUrl, credits: 1000 });
  const out = await run(['logout', '--revoke'], { stdin: `${user.password}\n` });
  expect(out).toMatchObject({ code: 0, stdout: expect.stringContaining('worthless') });
  expect(await run(['whoami'])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('segmentry login'),
  });
});

it('goes on after Ctrl-C in the middle of 50 photographs: none is there twice, and none is paid twice', async () => {
  const { home, user, run } = await newPerson('fifty');
  await makePhotos(join(home, 'photos'));
  const args = ['analyze', 'photos', '--model', model, '--out', 'found', '--no-overlays'];
  const first = await run(args, { inTerminal: true, steps: [{ seen: /1\d of 50 done/, act: CTRL_C }] });
  expect(first.code).toBe(130);
  const written = (await readdir(join(home, 'found'))).filter((name) => name.endsWith('.json'));
  expect(written.length).toBeGreaterThanOrEqual(10);
  expect(written.length).toBeLessThan(FIFTY);

  const second = await run(args);
  expect(second.code, second.stderr).toBe(0);
  const documents = (await readdir(join(home, 'found'))).filter((name) => name.endsWith('.json'));
  expect(documents).toHaveLength(FIFTY);
  const ids = documents.map((name) => JSON.parse(readFileSync(join(home, 'found', name), 'utf8')).image.id);
  expect(new Set(ids).size).toBe(FIFTY);

  const images: string[] = [];
  let query = '';
  do {
    const { body } = await user.call(`GET /v1/images?limit=100${query}`);
    images.push(...body.items.map(({ id }: { id: string }) => id));
    query = body.next === null ? '' : `&cursor=${body.next}`;
  } while (query !== '');
  expect(images.toSorted()).toEqual(ids.toSorted());
  const { body: credits } = await user.call('GET /v1/credits');
  expect(credits.balance).toBe(1000 - FIFTY * PRICE_CREDITS);
});

it('analyses a zip, into a dataset, with overlays', async () => {
  const { home, run } = await newPerson('zip');
  const names = ['table-1.jpg', 'table-2.jpg'];
  const entries = names.map((name) => ({ name, bytes: readFileSync(sampleFile(name)) }));
  await writeFile(join(home, 'shots.zip'), await makeZip(entries));
  const { code, stdout, stderr } = await run([
    ...['analyze', 'shots.zip', '--model', model, '--dataset', 'lunch', '--out', 'found'],
    ...['--format', 'csv,coco'],
  ]);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('shots.zip/table-1.jpg');
  const [, ofZip = ''] = /shots\.zip is (bat_\w+)/.exec(stderr) ?? [];
  const coco = await run(['batches', 'results', ofZip, '--format', 'coco']);
  expect(JSON.parse(coco.stdout).images).toHaveLength(2);
  for (const file of ['shots/table-1.json', 'shots/table-2.png', 'results.csv', 'results.coco.json'])
    expect(existsSync(join(home, 'found', file)), file).toBe(true);
  const datasets = await run(['datasets', '--json']);
  expect(JSON.parse(datasets.stdout)).toMatchObject({ name: 'lunch', imageCount: 2 });
  const batch = await run(['batches', 'create', '--dataset', 'lunch', '--model', model, '--wait', '--json']);
  expect(batch).toMatchObject({ code: 0 });
  const { id } = JSON.parse(batch.stdout);
  const csv = await run(['batches', 'results', id, '--format', 'csv']);
  expect(csv.stdout).toMatch(/^image_id,filename/);
  const jobs = await run(['jobs', '--json', '--limit', '1']);
  const job = JSON.parse(jobs.stdout).id;
  expect((await run(['jobs', 'overlay', job, '--out', 'overlay.png'])).code).toBe(0);
  expect(readFileSync(join(home, 'overlay.png')).subarray(1, 4).toString()).toBe('PNG');
});

it('analyses a video, frame by frame, and a photograph at an address', async () => {
  const { home, run } = await newPerson('video');
  const still = ['-loop', '1', '-t', '2', '-framerate', '10', '-i', sampleFile('table-1.jpg')];
  await writeFile(
    join(home, 'table.mp4'),
    makeVideo('table.mp4', ...still, '-vf', 'scale=320:240,format=yuv420p'),
  );
  const site = createServer((_, answer) => answer.end(readFileSync(sampleFile('table-2.jpg'))));
  await new Promise<void>((listening) => site.listen(0, '127.0.0.1', listening));
  const address = `http://127.0.0.1:${(site.address() as AddressInfo).port}/menu/table-2.jpg`;
  const { code, stderr } = await run([
    'analyze',
    'table.mp4',
    address,
    '--model',
    model,
    '--out',
    'found',
    '--format',
    'csv,yolo',
  ]);
  site.close();
  expect(code, stderr).toBe(0);
  const read = (name: string) => readFileSync(join(home, 'found', name), 'utf8');
  const { frames } = JSON.parse(read('table.json'));
  expect(read('table.frames.jsonl').trim().split('\n')).toHaveLength(frames.count);
  expect(existsSync(join(home, 'found', 'table-2.png'))).toBe(true);
  expect(read('results.csv')).toContain('table.mp4');
  expect(existsSync(join(home, 'found', 'labels', 'table-000001.txt'))).toBe(true);
});

it('listens for webhooks and prints those whose signature is right', async () => {
  const { user, run } = await newPerson('listen');
  const { code, stdout } = await run(['webhooks', 'listen'], {
    inTerminal: true,
    steps: [
      {
        seen: /Listening at (\S+) as/,
        act: () => {
          void user.call('GET /v1/webhooks').then(async ({ body: { items } }) => {
            const [{ id, url }] = items;
            await fetch(url, { method: 'POST', body: '{"type": "forged"}' });
            await user.call(`POST /v1/webhooks/${id}/test`);
          });
        },
      },
      { seen: /webhook\.test/, act: CTRL_C },
    ],
  });
  expect(code).toBe(0);
  expect(stdout).toContain('Refused a call');
  expect(stdout).not.toContain('forged');
  expect((await user.call('GET /v1/webhooks')).body.items).toEqual([]);
});

it('lists users and grants credits as an admin, who gives the password', async () => {
  const { user } = await newPerson('granted');
  const admin = await createTestAdmin();
  const home = join(folder, 'admin');
  mkdirSync(home);
  const run = (args: readonly string[]) => runSegmentry(args, { folder: home, stdin: `${admin.password}\n` });
  expect((await run(['login', '--url', apiUrl, '--email', admin.email])).code).toBe(0);
  const granted = await run(['admin', 'grant', user.email, '12.5', '--note', 'thanks']);
  expect(granted).toMatchObject({ code: 0, stdout: expect.stringContaining('1012.5') });
  const entries = await user.call('GET /v1/credits/entries');
  expect(entries.body.items[0]).toMatchObject({ kind: 'grant', amount: 12.5, note: 'thanks' });
});

/** `segmentry dlq` with the AWS environment of an operator. */
function newOperator(name: string) {
  const { endpointUrl, account } = inject('deployment');
  const home = join(folder, name);
  mkdirSync(home);
  const environment = {
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_REGION: account.region,
    AWS_ACCESS_KEY_ID: account.accessKeyId,
    AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
  };
  return (args: readonly string[]) => runSegmentry(['dlq', ...args], { folder: home, environment });
}

it('shows an operator dead letters and puts them back', async () => {
  const { outputs } = inject('deployment');
  const run = newOperator('operator');
  const { sqs } = createAwsClients(inject('deployment'));
  // Of a delivery that is not there: its worker finds nothing to do.
  const deliveryId = newId('dlv');
  const body = JSON.stringify({ webhookId: newId('whk'), deliveryId });
  const url = String(outputs.DeliveryDeadLettersUrl);
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));
  const listed = await run(['list', '--json']);
  expect(listed.code, listed.stderr).toBe(0);
  const letters = listed.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const { name } = letters.find((each) => each.url === url && each.waiting >= 1);
  expect(letters.map((each) => each.name)).toContain('Analysis');
  expect((await run(['show', name])).stdout).toContain(deliveryId);
  // What was shown is hidden for a moment.
  await expect
    .poll(async () => (await run(['redrive', name, '--json'])).stdout, { timeout: 30_000, interval: 1_000 })
    .toMatch(/"moved": \[\n/);
  expect((await run(['show', 'nothing'])).stderr).toContain('Analysis');
});

it('puts back twice what an operator who was broken off has left in both queues, and it is done once', async () => {
  const { outputs } = inject('deployment');
  const { user, run } = await newPerson('redriven');
  await writeFile(join(folder, 'redriven', 'photo.jpg'), readFileSync(sampleFile('table-3.jpg')));
  expect((await run(['analyze', 'photo.jpg', '--model', model])).code).toBe(0);
  const { body: before } = await user.call('GET /v1/jobs');
  const [job] = before.items;
  const { body: credits } = await user.call('GET /v1/credits');
  const { sqs } = createAwsClients(inject('deployment'));
  const dead = {
    QueueUrl: String(outputs.AnalysisDeadLettersUrl),
    MessageBody: JSON.stringify({ jobId: job.id }),
  };
  const operate = newOperator('broken-off');
  // The reconciler looks at dead letters too, and each time the queue hides them for minutes.
  const hiddenSeconds = await hideMessagesFor(dead.QueueUrl, 5);
  onTestFinished(async () => void (await hideMessagesFor(dead.QueueUrl, hiddenSeconds)));
  for (let copies = 0; copies < 2; copies += 1) {
    const { MessageId = '' } = await sqs.send(new SendMessageCommand(dead));
    await expect
      .poll(async () => (await operate(['redrive', 'Analysis', '--message', MessageId, '--json'])).stdout, {
        timeout: 150_000,
        interval: 1_000,
      })
      .toContain(MessageId);
  }
  // What comes after them through the same queue has been analysed.
  await writeFile(join(folder, 'redriven', 'later.jpg'), readFileSync(sampleFile('table-1.jpg')));
  expect((await run(['analyze', 'later.jpg', '--model', model])).code).toBe(0);
  const { body: after } = await user.call('GET /v1/jobs');
  expect(after.items).toHaveLength(2);
  expect(after.items[1]).toEqual(job);
  const { body: left } = await user.call('GET /v1/credits');
  expect(left.balance).toBe(credits.balance - PRICE_CREDITS);
});
