import { expect } from 'vitest';
import type { ApiClient } from './api-client.ts';

/** LocalStack takes about three times as long as MiniStack. */
const PATIENCE = process.env.EMULATOR === 'localstack' ? 3 : 1;

/** Asks until the answer says so; fails with the last answer after `seconds`, or three times that on LocalStack. */
export async function pollUntil<Answer>(
  ask: () => Promise<Answer>,
  isEnough: (answer: Answer) => boolean,
  seconds = 60,
): Promise<Answer> {
  const patience = seconds * PATIENCE;
  const deadline = Date.now() + patience * 1000;
  for (;;) {
    const answer = await ask();
    if (isEnough(answer)) return answer;
    if (Date.now() > deadline) {
      expect.fail(`Not so within ${patience} s; at last: ${JSON.stringify(answer).slice(0, 1000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const FINISHED = ['succeeded', 'failed', 'canceled', 'done'];

/** Waits until the job or the upload at `path` has ended. */
export async function waitForEnd(call: ApiClient, path: string) {
  const answer = await pollUntil(
    () => call(`GET ${path}`),
    ({ body }) => FINISHED.includes(body.status),
  );
  return answer.body;
}

export interface FileToUpload {
  readonly bytes: Uint8Array;
  readonly filename: string;
  readonly contentType: string;
  /** More of the request's body: models, options, … */
  readonly request?: Record<string, unknown>;
}

/** Asks for a presigned form and sends the file by it. @returns the upload's id and S3's status. */
export async function sendPresigned(call: ApiClient, file: FileToUpload) {
  const { bytes, filename, contentType, request } = file;
  const { body: form, status } = await call('POST /v1/uploads', {
    json: { kind: 'image', filename, contentType, sizeBytes: bytes.byteLength, ...request },
  });
  expect({ status, form }).toMatchObject({ status: 201 });
  return { id: form.id as string, status: (await postForm(form, bytes)).status, form };
}

/** Sends bytes by a presigned form. */
export function postForm(form: { url: string; fields: Record<string, string> }, bytes: Uint8Array) {
  const data = new FormData();
  for (const [name, value] of Object.entries(form.fields)) data.append(name, value);
  data.append('file', new Blob([Buffer.from(bytes)]));
  return fetch(form.url, { method: 'POST', body: data });
}
