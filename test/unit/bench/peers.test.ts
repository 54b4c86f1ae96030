import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { keepFaster, nameOfPeer, PEER_SIDES, PEERS, rateOfPeer } from '../../../bench/load/peers.ts';
import type { Round } from '../../../bench/load/play-round.ts';
import { writeTables } from '../../../bench/load/report.ts';

const kindNamed = (name: string) => PEERS.find((kind) => kind.name === name) as (typeof PEERS)[number];
const ULTRALYTICS = kindNamed('ultralytics');
const ROBOFLOW = kindNamed('Roboflow');
const RATES = {
  'pipeline, fp32': 6,
  'ultralytics, 1 × 2': 3,
  'ultralytics, 2 × 1': 5,
  'Roboflow, 1 × 2': 4,
  'Roboflow, 2 × 1': 2,
};

const LATENCY = { p50: 1, p95: 2 };
const roundOf = (rates: Record<string, number>): Round => ({
  rates,
  latencies: new Map(),
  bare: 12,
  inference: 150,
  cost: new Map([['AnalyzeImage', 200]]),
  resident: { pipeline: 1e9, 'Roboflow, 1 × 2': 2e9 },
  reads: LATENCY as Round['reads'],
  submits: LATENCY as Round['submits'],
  kept: { pipeline: '100 of 100', 'Roboflow, 1 × 2': '20 of 100' },
});

let server: Server | undefined;
afterEach(() => server?.close());

/** Answers every request in the same way. */
async function serve(
  status: number,
  text: string,
  onRequest: (request: IncomingMessage) => unknown = () => {},
) {
  server = createServer(async (request, response) => {
    await onRequest(request);
    response.writeHead(status).end(text);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server?.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('objects with a mask', () => {
  it('are counted in what ultralytics has found', () => {
    const segments = { x: [1, 2, 3], y: [1, 2, 3] };
    const objects = [{ segments }, { segments: { x: [1], y: [1] } }, {}];
    expect(ULTRALYTICS.countMasks(JSON.stringify({ objects }))).toBe(1);
  });

  it('are counted in what Roboflow’s server has found', () => {
    const point = { x: 1, y: 1 };
    const predictions = [{ points: [point, point, point] }, { points: [] }];
    expect(ROBOFLOW.countMasks(JSON.stringify({ predictions }))).toBe(1);
  });
});

describe('Roboflow’s server', () => {
  it('is sent the image as its own client sends it, by a connection of its own, and its answer is the result', async () => {
    let asked: unknown;
    const url = await serve(200, '{"predictions":[]}', async (request) => {
      asked = [request.url, request.headers.connection, await json(request)];
    });
    const sent = await ROBOFLOW.send(url, new Uint8Array([1, 2, 3]));
    expect(await ROBOFLOW.fetchResult(url, sent)).toBe('{"predictions":[]}');
    expect(asked).toEqual([
      '/infer/instance_segmentation',
      'close',
      {
        model_id: 'local/1',
        image: { type: 'base64', value: 'AQID' },
        confidence: 0.25,
        iou_threshold: 0.7,
      },
    ]);
  });

  it('has not taken an image that it refuses', async () => {
    const url = await serve(500, 'no model');
    await expect(ROBOFLOW.send(url, new Uint8Array())).rejects.toThrow('500: no model');
  });
});

describe('the ultralytics server', () => {
  it('has no result as long as it answers 202', async () => {
    expect(await ULTRALYTICS.fetchResult(await serve(202, ''), 'an-id')).toBeUndefined();
  });

  it('is asked for the result of what it took', async () => {
    const url = await serve(200, '{"id":"an-id"}');
    expect(await ULTRALYTICS.send(url, new Uint8Array([1]))).toBe('an-id');
    expect(await ULTRALYTICS.fetchResult(url, 'an-id')).toBe('{"id":"an-id"}');
  });
});

describe('the two forms of each peer', () => {
  it('are reduced to the faster', () => {
    expect(keepFaster(PEER_SIDES, RATES).map(nameOfPeer)).toEqual(['ultralytics, 2 × 1', 'Roboflow, 1 × 2']);
  });

  it('are none where no peer is measured', () => {
    expect(keepFaster([], RATES)).toEqual([]);
    expect(rateOfPeer(ROBOFLOW, { 'pipeline, fp32': 6 })).toBeUndefined();
  });
});

describe('the tables', () => {
  it('set the pipeline against each peer as it is faster', () => {
    const rows = writeTables([roundOf(RATES)]);
    expect(rows).toContain('| fp32, warm ÷ the ultralytics server | 1.20 | ≥ 1.2 |');
    expect(rows).toContain('| fp32, warm ÷ the Roboflow server | 1.50 | ≥ 1.2 |');
    expect(rows).toContain('| Roboflow, 1 × 2 | 20 of 100 | 2.00 GB |');
  });

  it('have no row for a peer that was not measured', () => {
    const text = writeTables([roundOf({ 'pipeline, fp32': 6, 'ultralytics, 2 × 1': 5 })]).join('\n');
    expect(text).toContain('÷ the ultralytics server');
    expect(text).not.toContain('÷ the Roboflow server');
  });
});
