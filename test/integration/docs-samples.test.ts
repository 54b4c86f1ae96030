import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { runProgram } from '../../localstack/run-program.ts';
import { bundleClient } from '../helpers/bundle-client.ts';
import { makeVideo, testPattern } from '../helpers/make-video.ts';
import { makeZip } from '../helpers/make-zip.ts';
import { type PageSamples, readSamples } from '../helpers/page-samples.ts';
import { pollUntil, sendPresigned, waitForEnd } from '../helpers/pipeline.ts';
import { findClientPython, installWheel } from '../helpers/python-client.ts';
import { sampleFile } from '../helpers/sample-truth.ts';
import { createTestAdmin } from '../helpers/signed-in.ts';

const LONG_MS = 600_000;
const { apiUrl } = inject('deployment');
const python = await findClientPython();
const folder = mkdtempSync(join(tmpdir(), 'segmentry-samples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What `ID` is in the samples of each operation: something of this user's. */
let ids: ReadonlyMap<string, string> = new Map();
let environment: Record<string, string> = {};
const page = await (await fetch(`${apiUrl}/docs`)).text();
const samples = readSamples(page);
/** All that only reads, and the upload that the page begins with. */
const safe = samples.filter(({ method, id }) => method === 'GET' || id === 'uploadImage');

beforeAll(async () => {
  copyFileSync(sampleFile('table-1.jpg'), join(folder, 'photo.jpg'));
  const { call, accessToken } = await createTestAdmin();
  environment = { SEGMENTRY_URL: apiUrl, SEGMENTRY_API_KEY: accessToken };
  await call('POST /v1/datasets', { json: { name: 'Field 7', tags: [] } });
  const models = ['segmentry-food'];
  const zip = await makeZip([{ name: 'a.jpg', bytes: readFileSync(sampleFile('table-2.jpg')) }]);
  const upload = await sendPresigned(call, {
    bytes: zip,
    filename: 'a.zip',
    contentType: 'application/zip',
    request: { kind: 'zip', models },
  });
  const { images, batch } = await waitForEnd(call, `/v1/uploads/${upload.id}`);
  const sent = await sendPresigned(call, {
    bytes: makeVideo('a.mp4', ...testPattern('64x48', 1)),
    filename: 'a.mp4',
    contentType: 'video/mp4',
    request: { kind: 'video', models },
  });
  const { videos } = await waitForEnd(call, `/v1/uploads/${sent.id}`);
  const { body: jobs } = await call('GET /v1/jobs');
  for (const { id } of jobs.items) await waitForEnd(call, `/v1/jobs/${id}`);
  const jobOf = (of: string) =>
    jobs.items.find(({ image, video }: Record<string, string>) => (image ?? video) === of).id;
  const hook = { url: 'http://127.0.0.1:9/hook', events: ['job.failed'] };
  const { body: webhook } = await call('POST /v1/webhooks', { json: hook });
  await call(`POST /v1/webhooks/${webhook.id}/test`);
  const { body: deliveries } = await pollUntil(
    () => call(`GET /v1/webhooks/${webhook.id}/deliveries`),
    ({ body }) => body.items.length > 0,
  );
  const { body: datasets } = await call('GET /v1/datasets');
  const { body: model } = await call('GET /v1/models/segmentry-food');
  ids = new Map([
    ['images', images[0]],
    ['videos', videos[0]],
    ['uploads', upload.id],
    ['batches', batch],
    ['datasets', datasets.items[0].id],
    ['jobs', jobOf(images[0])],
    ['frames', jobOf(videos[0])],
    ['models', 'segmentry-food'],
    ['version', model.versions[0].version],
    ['webhooks', webhook.id],
    ['deliveryId', deliveries.items[0].id],
  ]);
  if (python !== undefined) await installWheel(python);
}, LONG_MS);

/** The sample with ids of this user's things in the place of those it has. */
function filled(code: string, { id, path }: PageSamples): string {
  const [, thing = ''] = path.match(/^\/v1\/([\w-]+)/) ?? [];
  const own = ids.get(id === 'getJobFrames' ? 'frames' : thing) ?? 'none';
  return code
    .replace(/(deliveryId: '|delivery_id="|deliveries\/)ID/g, `$1${ids.get('deliveryId')}`)
    .replace(/(version: '|version="|versions\/)VERSION/g, `$1${ids.get('version')}`)
    .replace(/\bID\b/g, own);
}

const run = (program: string, args: readonly string[]) =>
  runProgram(program, args, {
    environment: { ...(process.env as Record<string, string>), ...environment },
    folder,
    timeoutMs: LONG_MS,
  });

it('every operation is shown by curl, TypeScript and Python, and every curl is one that a shell can read', async () => {
  expect(samples.length).toBeGreaterThan(70);
  for (const { id, curl, typescript, python: inPython } of samples) {
    expect([id, curl, typescript, inPython]).not.toContain('');
    expect(await run('bash', ['-nc', curl]), id).toMatchObject({ exitCode: 0 });
  }
});

it('curl as it stands on the page reads everything, and uploads', { timeout: LONG_MS }, async () => {
  for (const sample of safe) {
    const status = `${filled(sample.curl, sample)} -s -o /dev/null -w '%{http_code}'`;
    const { output } = await run('bash', ['-c', status]);
    expect([sample.id, output]).toEqual([sample.id, expect.stringMatching(/^(200|202|302)$/)]);
  }
});

it('TypeScript as it stands on the page does the same', { timeout: LONG_MS }, async () => {
  writeFileSync(join(folder, 'client.mjs'), await bundleClient());
  const calls = safe.map((sample) => filled(sample.typescript, sample));
  const program = `import { openAsBlob } from 'node:fs';
import { Segmentry } from './client.mjs';
const { SEGMENTRY_URL: url, SEGMENTRY_API_KEY: apiKey } = process.env;
const segmentry = new Segmentry({ url, apiKey });
${calls.join('\n')}
console.log('all answered');
`;
  writeFileSync(join(folder, 'samples.mjs'), program);
  const { output } = await run(process.execPath, ['samples.mjs']);
  expect(output).toBe('all answered\n');
});

it('Python as it stands on the page does the same', { timeout: LONG_MS }, async ({ skip }) => {
  skip(python === undefined, 'Python with what the client’s tests import is not here');
  const calls = safe.map((sample) => filled(sample.python, sample));
  const head = 'from pathlib import Path\n\nfrom segmentry import Segmentry\n\nsegmentry = Segmentry()\n';
  writeFileSync(join(folder, 'samples.py'), `${head}${calls.join('\n')}\nprint("all answered")\n`);
  const { output } = await run(python ?? '', ['samples.py']);
  expect(output).toBe('all answered\n');
});
