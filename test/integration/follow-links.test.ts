import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, inject, it } from 'vitest';
import { makeImage } from '../helpers/make-image.ts';
import { pollUntil } from '../helpers/pipeline.ts';
import { createTestUser } from '../helpers/signed-in.ts';

const { apiUrl, models } = inject('deployment');
const [model] = models;
const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing) close();
});

/** Where the API's paths begin at an address, and which paths lead to it; others are answered as AWS does. */
const ADDRESSES = {
  'execute-api, under a stage': { base: '/api', leads: /^\/api\// },
  'a domain of its own': { base: '', leads: /^\// },
  'CloudFront, beside the pages of the console': { base: '', leads: /^\/(v1\/|docs$|\.well-known\/)/ },
};

/** The deployed API at another address. */
async function serveAt({ base, leads }: (typeof ADDRESSES)[keyof typeof ADDRESSES]): Promise<string> {
  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    if (!leads.test(path))
      return void response.writeHead(403).end('{"message":"Missing Authentication Token"}');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
    const answer = await fetch(apiUrl + path.slice(base.length), {
      method: request.method ?? 'GET',
      headers: headers as Record<string, string>,
      redirect: 'manual',
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const kept = ['content-type', 'location', 'retry-after'].flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value]];
    });
    response.writeHead(answer.status, Object.fromEntries(kept));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`;
}

/** All links of a body, wherever they stand in it. */
function linksOf(body: unknown): string[] {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([name, value]) =>
    name === 'links' ? Object.values(value as Record<string, string>) : linksOf(value),
  );
}

it.each(Object.entries(ADDRESSES))(
  'behind %s a client follows every link that it is given',
  async (_, address) => {
    const base = await serveAt(address);
    const { accessToken } = await createTestUser();
    const authorization = `Bearer ${accessToken}`;
    const followed = new Map<string, number>();
    /** `Location` is as URLs are: relative to what was asked for. */
    const ask = async (url: string, init: RequestInit = {}) => {
      const answer = await fetch(url, {
        ...init,
        headers: { authorization, ...init.headers },
        redirect: 'manual',
      });
      const location = answer.headers.get('location');
      const text = await answer.text();
      // biome-ignore lint/suspicious/noExplicitAny: the test says what it expects of it.
      const body: any = text.startsWith('{') ? JSON.parse(text) : text;
      return {
        status: answer.status,
        body,
        location: location === null ? undefined : new URL(location, url).href,
      };
    };
    const post = (path: string, json: unknown) =>
      ask(base + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(json),
      });
    /** `links` are paths behind the API's address. */
    const followAll = async (body: unknown) => {
      const links = linksOf(body);
      expect(links.length).toBeGreaterThan(0);
      for (const link of links) {
        const { status, location } = await ask(base + link);
        followed.set(link, status);
        if (location?.startsWith(base)) followed.set(location, (await ask(location)).status);
      }
    };

    const image = await ask(`${base}/v1/images?models=${model}&wait=20`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg' },
      body: Buffer.from(await makeImage(randomInt(1 << 24))),
    });
    const job = await pollUntil(
      () => ask(image.location ?? ''),
      ({ body }) => body.status === 'succeeded',
    );
    await followAll(job.body);
    await followAll(image.body);

    const form = await post('/v1/uploads', {
      kind: 'image',
      filename: 'a.jpg',
      contentType: 'image/jpeg',
      sizeBytes: 1000,
      models: [model],
    });
    expect((await ask(form.location ?? '')).body).toMatchObject({ id: form.body.id, status: 'waiting' });

    const batch = await post('/v1/batches', { images: [image.body.image.id], models: [model] });
    const ended = await pollUntil(
      () => ask(batch.location ?? ''),
      ({ body }) => body.status === 'finished',
    );
    await followAll(ended.body);

    const wrong = [...followed].filter(([, status]) => ![200, 302].includes(status));
    expect(wrong).toEqual([]);
  },
);
