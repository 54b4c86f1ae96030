import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addDirectModel } from '../../../cli/models/add/add-direct-model.ts';
import { type AddModelPorts, addModel } from '../../../cli/models/add/add-model.ts';
import { DIRECT_MODELS, findDirectModel } from '../../../cli/models/add/available-models.ts';
import { findOfficialWeights, PUBLISHER_URL } from '../../../cli/models/add/official-weights.ts';
import { sendModel } from '../../../cli/models/add/send-model.ts';
import { readModel } from '../../../cli/models/read-model.ts';
import type { ModelManifest } from '../../../core/contracts/model-manifest.ts';

/** Begins as PyTorch's files do. */
const WEIGHTS = Buffer.from('PK\u0003\u0004 stands in for weights', 'latin1');
const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}.onnx`, import.meta.url));
/** As exports of official weights: it segments and knows 80 classes. */
const EXPORTED = fixture('official/yolo-like');

let cache: string;
let server: Server | undefined;
let asked: string[];

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'segmentry-models-add-'));
  asked = [];
});
afterEach(async () => {
  rmSync(cache, { recursive: true, force: true });
  await stop();
});

async function stop() {
  const running = server;
  server = undefined;
  if (running !== undefined) await new Promise((resolve) => running.close(resolve));
}

/** A stand-in for the publisher. @returns its address. */
async function serve(answer: RequestListener): Promise<string> {
  const started = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

const ports = (changed: Partial<AddModelPorts> = {}): AddModelPorts => ({
  askLicence: async () => true,
  exportToOnnx: async (_, onnxPath) => cpSync(EXPORTED, onnxPath),
  say: () => {},
  ...changed,
});

describe('official weights', () => {
  test('are looked for where their publisher keeps them', () => {
    expect(findOfficialWeights('yolo11n-seg', PUBLISHER_URL).url).toBe(
      'https://github.com/ultralytics/assets/releases/download/v8.3.0/yolo11n-seg.pt',
    );
  });

  test.each(['yolo11n-pose', 'yolov5n', '../yolo11n', 'yolo11n.pt', ''])('%j is none of them', (name) => {
    expect(() => findOfficialWeights(name, PUBLISHER_URL)).toThrow('is no model that can be added');
  });

  test.each(['http://mirror.example', 'ftp://127.0.0.1', 'mirror'])('are not fetched from %s', (url) => {
    expect(() => findOfficialWeights('yolo11n', url)).toThrow('https only');
  });
});

describe('models add', () => {
  test('fetches, exports, verifies and registers', async () => {
    const url = await serve((_, response) => response.end(WEIGHTS));
    let given: Buffer | undefined;
    const added = await addModel(
      findOfficialWeights('yolo11n-seg', url),
      cache,
      ports({
        exportToOnnx: async (weightsPath, onnxPath) => {
          given = readFileSync(weightsPath);
          cpSync(EXPORTED, onnxPath);
        },
      }),
    );
    expect(asked).toEqual(['/v8.3.0/yolo11n-seg.pt']);
    expect(given).toEqual(WEIGHTS);
    expect(added.path).toBe(join(cache, 'yolo11n-seg', 'yolo11n-seg.onnx'));
    const read = await readModel(added.path);
    expect(read.manifestPath).toBe(join(cache, 'yolo11n-seg', 'yolo11n-seg.manifest.json'));
    expect(read.manifest).toMatchObject({
      id: 'yolo11n-seg',
      version: '1',
      task: 'segment',
      licence: 'AGPL-3.0',
    });
  });

  test('fetches a large file over a redirect from a server that hangs up after it', async () => {
    const large = Buffer.concat([WEIGHTS, Buffer.alloc(6_000_000)]);
    const url = await serve((request, response) => {
      if (request.url === '/moved.pt') response.writeHead(200, { connection: 'close' }).end(large);
      else response.writeHead(302, { location: '/moved.pt' }).end();
    });
    await addModel(findOfficialWeights('yolo11n-seg', url), cache, ports());
    expect(readFileSync(join(cache, 'yolo11n-seg', 'yolo11n-seg.pt')).equals(large)).toBe(true);
    expect(asked).toEqual(['/v8.3.0/yolo11n-seg.pt', '/moved.pt']);
  });

  test('fetches nothing while the licence is not accepted', async () => {
    const url = await serve((_, response) => response.end(WEIGHTS));
    const refusing = ports({ askLicence: async () => false });
    await expect(addModel(findOfficialWeights('yolo11n-seg', url), cache, refusing)).rejects.toThrow(
      'was not accepted',
    );
    expect(asked).toEqual([]);
    expect(readdirSync(cache)).toEqual([]);
  });

  test('shows which licence is to be accepted', async () => {
    const url = await serve((_, response) => response.end(WEIGHTS));
    let shown = '';
    await addModel(
      findOfficialWeights('yolo11n-seg', url),
      cache,
      ports({
        askLicence: async ({ licence }) => {
          shown = licence;
          return true;
        },
      }),
    );
    expect(shown).toBe('AGPL-3.0');
  });

  test('says offline what to fetch and where to put it, and then takes what was put there', async () => {
    const url = await serve((_, response) => response.end(WEIGHTS));
    await stop();
    const weights = findOfficialWeights('yolo11n-seg', url);
    const path = join(cache, 'yolo11n-seg', 'yolo11n-seg.pt');
    const failure = await addModel(weights, cache, ports()).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'weights_not_fetched' });
    expect((failure as Error).message).toContain(`Download ${url}/v8.3.0/yolo11n-seg.pt`);
    expect((failure as Error).message).toContain(`put the file at ${path}`);

    writeFileSync(path, WEIGHTS);
    await expect(addModel(weights, cache, ports())).resolves.toMatchObject({
      manifest: { id: 'yolo11n-seg' },
    });
    expect(asked).toEqual([]);
  });

  test.each<[string, RequestListener, string]>([
    ['a missing file', (_, response) => response.writeHead(404).end('no'), 'answered 404'],
    ['a page instead of a file', (_, response) => response.end('<html>sign in</html>'), 'no PyTorch file'],
    [
      'half a file',
      (_, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write(WEIGHTS);
        setTimeout(() => response.destroy(), 50);
      },
      'broke off',
    ],
  ])('leaves nothing behind after %s', async (_name, answer, reason) => {
    const url = await serve(answer);
    await expect(addModel(findOfficialWeights('yolo11n-seg', url), cache, ports())).rejects.toThrow(reason);
    expect(readdirSync(join(cache, 'yolo11n-seg'))).toEqual([]);
  });

  test.each([
    ['too few classes', 'yolo11n-seg', 'vision/models/yolov8-segment'],
    ['masks that were not asked for', 'yolo11n', 'official/yolo-like'],
  ])('does not register an export with %s', async (_name, id, exported) => {
    const url = await serve((_, response) => response.end(WEIGHTS));
    const exporting = ports({
      exportToOnnx: async (_weights, onnxPath) => cpSync(fixture(exported), onnxPath),
    });
    await expect(addModel(findOfficialWeights(id, url), cache, exporting)).rejects.toMatchObject({
      code: 'unexpected_model',
    });
    expect(readdirSync(join(cache, id))).toEqual([`${id}.pt`]);
  });

  test('refuses what was put in place of weights', async () => {
    mkdirSync(join(cache, 'yolo11n-seg'));
    writeFileSync(join(cache, 'yolo11n-seg', 'yolo11n-seg.pt'), 'not weights');
    const adding = addModel(findOfficialWeights('yolo11n-seg', PUBLISHER_URL), cache, ports());
    await expect(adding).rejects.toThrow('no PyTorch file');
  });
});

describe('a file that is downloaded as it is', () => {
  const YOLOX = readFileSync(fixture('families/models/yolox'));
  const SHA256 = createHash('sha256').update(YOLOX).digest('hex');
  const classes = ['a', 'b', 'c', 'd', 'e'];
  const describeDirect = (url: string, sha256 = SHA256) => ({
    id: 'yolox-tiny',
    url: `${url}/yolox.onnx`,
    classes,
    licence: 'Apache-2.0',
    megabytes: 1,
    sha256,
  });

  test('is kept with a manifest that says how images come to it, and is not fetched again', async () => {
    const said: string[] = [];
    const url = await serve((_, response) => response.end(YOLOX));
    const { path, manifest } = await addDirectModel(describeDirect(url), cache, (text) => said.push(text));
    expect(readFileSync(path)).toEqual(YOLOX);
    expect(manifest).toMatchObject({
      family: 'yolox',
      sha256: SHA256,
      licence: 'Apache-2.0',
      classes,
      preprocessing: { place: 'top-left', divisor: 1, channels: 'bgr' },
    });
    expect((await readModel(path)).manifest).toEqual(manifest);
    expect(said).toEqual([`Downloading ${url}/yolox.onnx (1 MB, Apache-2.0)`]);
    await addDirectModel(describeDirect(url), cache, () => {});
    expect(asked).toHaveLength(1);
  });

  test('is thrown away where it has another hash than is known', async () => {
    const url = await serve((_, response) => response.end(YOLOX));
    const wrong = describeDirect(url, '0'.repeat(64));
    await expect(addDirectModel(wrong, cache, () => {})).rejects.toMatchObject({ code: 'wrong_sha256' });
    expect(readdirSync(join(cache, 'yolox-tiny'))).toEqual([]);
  });

  test('that was changed in the cache is fetched again', async () => {
    const url = await serve((_, response) => response.end(YOLOX));
    const { path } = await addDirectModel(describeDirect(url), cache, () => {});
    writeFileSync(path, 'another file');
    await addDirectModel(describeDirect(url), cache, () => {});
    expect(readFileSync(path)).toEqual(YOLOX);
    expect(asked).toHaveLength(2);
  });

  test('is known by its name, with the hash it has to have', () => {
    expect(findDirectModel('yolox-nano')).toMatchObject({
      url: expect.stringMatching(/^https:.*yolox_nano\.onnx$/),
      sha256: 'c789161ed43c8269fcd4e67c67eeeb4e80c622da2eb296a20bc6007bd18a0b7d',
    });
    for (const { url, sha256, licence } of DIRECT_MODELS) {
      expect(url).toMatch(/^https:\/\//);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(licence).toBe('Apache-2.0');
    }
    expect(new Set(DIRECT_MODELS.map(({ sha256 }) => sha256)).size).toBe(DIRECT_MODELS.length);
    expect(findDirectModel('yolo11n')).toBeUndefined();
  });

  test('comes from a mirror where one is named, with the hash that is named', () => {
    const mirror = { from: 'https://mirror.example/models/', sha256: SHA256 };
    expect(findDirectModel('rf-detr-nano', mirror)).toMatchObject({
      url: 'https://mirror.example/models/rf-detr-nano.onnx',
      sha256: SHA256,
    });
    expect(() => findDirectModel('yolox-nano', { sha256: 'abc' })).toThrow('--sha256');
    expect(() => findDirectModel('yolox-nano', { from: 'http://mirror.example' })).toThrow('https only');
  });
});

describe('a model for a deployment', () => {
  const weights = fixture('families/models/yolox');
  const manifest = { id: 'yolox-tiny', version: '1' } as ModelManifest;

  /** A deployment that takes the form, and says this of the version then. */
  const deployment = (url: string, version: object) =>
    ({
      api: {
        addModel: async () => ({ url, fields: { key: 'k' } }),
        getModel: async () => ({ versions: [version] }),
      },
    }) as never;

  test('is sent by its form and waited for', async () => {
    const url = await serve((request, response) => request.resume().on('end', () => response.end()));
    await sendModel({ path: weights, manifest }, deployment(url, { version: '1', status: 'available' }));
    expect(asked).toHaveLength(1);
  });

  test('that was refused there says why', async () => {
    const url = await serve((request, response) => request.resume().on('end', () => response.end()));
    const refusal = { code: 'trial_failed', detail: 'It failed.' };
    const refused = deployment(url, { version: '1', status: 'refused', refusal });
    await expect(sendModel({ path: weights, manifest }, refused)).rejects.toThrow(
      'It failed. (trial_failed)',
    );
  });
});
