import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ApiClient } from '../../test/helpers/api-client.ts';
import { sampleFile } from '../../test/helpers/sample-truth.ts';

/** Sends the sample photograph, to be analysed. Bytes after a JPEG's end make it one that was not analysed before. */
export async function submitImage(call: ApiClient, model: string): Promise<void> {
  const bytes = Buffer.concat([readFileSync(sampleFile('table-1.jpg')), Buffer.from(randomUUID())]);
  const headers = { 'content-type': 'image/jpeg' };
  const { status, body } = await call(`POST /v1/images?models=${model}`, { bytes, headers });
  if (status !== 202) throw new Error(`The image was refused: ${JSON.stringify(body)}`);
}
