import { randomUUID } from 'node:crypto';
import { type ApiClient, createApiClient } from '../../test/helpers/api-client.ts';
import { makeImage } from '../../test/helpers/make-image.ts';
import { makeZip } from '../../test/helpers/make-zip.ts';
import { poll } from './run-batch.ts';

/** Makes an account and logs in. */
export async function signIn(apiUrl: string): Promise<ApiClient> {
  const anonymous = createApiClient(apiUrl);
  const account = { email: `bench-${randomUUID()}@example.org`, password: `pass ${randomUUID()}` };
  await anonymous('POST /v1/users', { json: { ...account, passwordConfirmation: account.password } });
  const { body } = await anonymous('POST /v1/sessions', { json: account });
  return createApiClient(apiUrl, { authorization: `Bearer ${body.accessToken}` });
}

/** @returns the ids of `count` images. */
export async function uploadImages(call: ApiClient, count: number): Promise<string[]> {
  const image = await makeImage(0, 128);
  // Bytes after a JPEG's end make it another image and show nothing else.
  const files = Array.from({ length: count }, (_, number) => ({
    name: `${number}.jpg`,
    bytes: Buffer.concat([image, Buffer.from(String(number))]),
  }));
  const zip = await makeZip(files);
  const { body: form } = await call('POST /v1/uploads', {
    json: { kind: 'zip', filename: 'all.zip', contentType: 'application/zip', sizeBytes: zip.byteLength },
  });
  const data = new FormData();
  for (const [name, value] of Object.entries<string>(form.fields)) data.append(name, value);
  data.append('file', new Blob([new Uint8Array(zip)]));
  await fetch(form.url, { method: 'POST', body: data });
  const upload = await poll(call, `/v1/uploads/${form.id}`, ({ status }) =>
    ['done', 'failed'].includes(status),
  );
  if (upload.images.length !== count) throw new Error(`Taken in: ${JSON.stringify(upload.progress)}`);
  return upload.images;
}
