import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as z from 'zod';
import type { AnalysisOptions } from '../../core/contracts/analysis-options.ts';
import { TokensBody } from '../../core/contracts/http/accounts.ts';
import { ImageBody } from '../../core/contracts/http/images.ts';
import { JobBody } from '../../core/contracts/http/jobs.ts';
import { Problem } from '../../core/contracts/http/problem.ts';
import { PresignedUpload, UploadBody } from '../../core/contracts/http/uploads.ts';
import { ResultDocument } from '../../core/contracts/result-document.ts';
import { SetupError } from '../setup-error.ts';

export interface Photograph {
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export interface AnalysisRequest {
  readonly model: string;
  readonly options: Partial<AnalysisOptions>;
}

export interface Analysis {
  readonly result: ResultDocument;
  /** The document as the API gave it. */
  readonly json: string;
  /** The photograph with masks, boxes and labels. */
  readonly overlayPng: Uint8Array;
}

const POLL_MS = 200;
const TIMEOUT_MS = 120_000;

/** What the demo asks of the pipeline, by the same public API that everyone uses, as a user of its own. */
export async function createPipelineApi(apiUrl: string) {
  const authorization = `Bearer ${await signUp(apiUrl)}`;
  const get = async <Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema>> =>
    schema.parse(JSON.parse(await text(await fetch(apiUrl + path, { headers: { authorization } }))));

  return {
    /** Sends the photograph by a presigned form, with how it is to be analysed. @returns the upload's id. */
    async upload({ filename, contentType, bytes }: Photograph, analysis: AnalysisRequest): Promise<string> {
      const answer = await fetch(`${apiUrl}/v1/uploads`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify({
          kind: 'image',
          filename,
          contentType,
          sizeBytes: bytes.byteLength,
          models: [analysis.model],
          options: analysis.options,
        }),
      });
      const { id, url, fields } = PresignedUpload.parse(JSON.parse(await text(answer)));
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      form.append('file', new Blob([new Uint8Array(bytes)], { type: contentType }), filename);
      await text(await fetch(url, { method: 'POST', body: form }));
      return id;
    },

    /** Waits until the photograph is stored. @returns the id of its job. */
    async takenIn(uploadId: string): Promise<string> {
      const upload = await poll(
        () => get(`/v1/uploads/${uploadId}`, UploadBody),
        ({ status }) => status === 'done' || status === 'failed',
      );
      const [refused] = upload.refused;
      if (refused !== undefined) throw new SetupError(`${refused.name} was refused: ${refused.detail}`);
      const [imageId] = upload.images;
      if (imageId === undefined)
        throw new SetupError(`The upload ended as ${upload.status}, without an image.`);
      const [job] = (await get(`/v1/images/${imageId}`, ImageBody)).jobs;
      if (job === undefined) throw new SetupError('The image was stored without a job.');
      return job.id;
    },

    /** Waits until the job has ended. */
    async finished(jobId: string): Promise<JobBody> {
      const job = await poll(
        () => get(`/v1/jobs/${jobId}`, JobBody),
        ({ status }) => !['queued', 'running'].includes(status),
      );
      if (job.status === 'succeeded') return job;
      throw new SetupError(
        `The analysis ended as ${job.status}: ${job.error?.detail ?? 'no reason was given.'}`,
      );
    },

    async fetchAnalysis({ id, links }: JobBody): Promise<Analysis> {
      const json = await text(await fetch(apiUrl + links.result, { headers: { authorization } }));
      const overlay = await fetch(`${apiUrl}/v1/jobs/${id}/overlay.png`, { headers: { authorization } });
      if (!overlay.ok) await text(overlay);
      return {
        result: ResultDocument.parse(JSON.parse(json)),
        json,
        overlayPng: new Uint8Array(await overlay.arrayBuffer()),
      };
    },
  };
}

/** Makes an account of no one in particular. @returns an access token. */
export async function signUp(apiUrl: string): Promise<string> {
  const account = { email: `demo-${randomUUID()}@example.org`, password: randomUUID() };
  const post = async (path: string, body: object) =>
    text(
      await fetch(apiUrl + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    );
  await post('/v1/users', { ...account, passwordConfirmation: account.password });
  return TokensBody.parse(JSON.parse(await post('/v1/sessions', account))).accessToken;
}

/** @throws SetupError with what the service says where it refuses. */
async function text(answer: Response): Promise<string> {
  const body = await answer.text();
  if (answer.ok) return body;
  const problem = Problem.safeParse(jsonOf(body));
  const reason = problem.success ? `${problem.data.detail} (${problem.data.code})` : body.slice(0, 500);
  throw new SetupError(`${new URL(answer.url).pathname} answered ${answer.status}: ${reason}`);
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

async function poll<Value>(read: () => Promise<Value>, isDone: (value: Value) => boolean): Promise<Value> {
  const deadline = performance.now() + TIMEOUT_MS;
  while (performance.now() < deadline) {
    const value = await read();
    if (isDone(value)) return value;
    await sleep(POLL_MS);
  }
  throw new SetupError(`There was no result within ${TIMEOUT_MS / 1000} seconds.`);
}
