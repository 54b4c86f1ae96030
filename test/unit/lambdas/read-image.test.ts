import { Hono } from 'hono';
import { expect, it } from 'vitest';
import type { HttpEnvironment } from '../../../core/runtime/http-environment.ts';
import { readImage } from '../../../lambdas/upload-image/read-image.ts';

const app = new Hono<HttpEnvironment>();
app.post('/', async (context) => {
  const { bytes, filename } = await readImage(context);
  return context.json({ bytes: [...bytes], filename });
});
app.onError((error, context) => context.json({ code: 'code' in error ? error.code : error.message }, 400));

const send = async (type: string, body: string, name = 'a.jpg') => {
  const headers = { 'content-type': type, 'x-filename': name };
  return (await app.request('/', { method: 'POST', headers, body: new TextEncoder().encode(body) })).json();
};

it.each(['image/jpeg', 'Image/JPEG', 'application/octet-stream', 'APPLICATION/OCTET-STREAM'])(
  'a body of type %s is the image',
  async (type) => {
    expect(await send(type, 'abc')).toEqual({ bytes: [97, 98, 99], filename: 'a.jpg' });
  },
);

it.each(['multipart/form-data', 'Multipart/Form-Data'])('a form of type %s has the image', async (type) => {
  const part = 'content-disposition: form-data; name="image"; filename="b.jpg"';
  const form = `--x\r\n${part}\r\n\r\nabc\r\n--x--\r\n`;
  expect(await send(`${type}; boundary=x`, form)).toEqual({ bytes: [97, 98, 99], filename: 'b.jpg' });
});

it('a name that is too long ends with whole characters', async () => {
  const { filename } = (await send('image/jpeg', 'abc', encodeURIComponent('🍎'.repeat(200)))) as {
    filename: string;
  };
  expect(filename).toBe(`${'🍎'.repeat(127)}\ufffd`);
});

it('a body of another type is refused', async () => {
  expect(await send('text/plain', 'abc')).toEqual({ code: 'unsupported_body' });
});
