import type { Api } from './api.ts';
import type { AnalysisOptions, Job, Upload, UploadedImage, Video } from './contracts.ts';
import { SegmentryError } from './errors.ts';
import type { InputFile } from './read-input.ts';
import { sleep } from './sleep.ts';
import { send } from './transport.ts';

export interface SendOptions {
  readonly models?: readonly string[] | undefined;
  readonly options?: AnalysisOptions | undefined;
  readonly dataset?: string | undefined;
  readonly keep?: 'compressed' | 'original' | undefined;
  readonly retentionDays?: number | undefined;
  /** Of a video: how many frames are analysed. */
  readonly framesPerSecond?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Names the whole of it: sent again under the same key, nothing is stored, analysed or paid twice. */
  readonly idempotencyKey?: string | undefined;
  readonly onUpload?: ((upload: Upload) => void) | undefined;
  /** Sends a file's form in place of `fetch`, for instance to tell how much has been sent. */
  readonly post?: typeof fetch | undefined;
}

/** What API Gateway takes in one request; larger files go by a form, straight to the bucket. */
const DIRECT_LIMIT_BYTES = 4_500_000;

export type Sent =
  | { readonly image: UploadedImage; readonly jobs: Job[] }
  | { readonly video: Video; readonly jobs: Job[] };

/** Stores an image or a video and has its jobs made, by the way that its size and kind ask for. */
export async function sendFile(api: Api, file: InputFile, options: SendOptions): Promise<Sent> {
  if (file.contentType.startsWith('image/') && file.blob.size <= DIRECT_LIMIT_BYTES)
    return sendDirectly(api, file, options);
  const { images, videos } = await sendByForm(api, file, options);
  const call = { signal: options.signal };
  const [imageId] = images;
  if (imageId !== undefined) {
    const { jobs, ...image } = await api.getImage({ id: imageId }, call);
    return { image, jobs };
  }
  const video = await api.getVideo({ id: videos[0] as string }, call);
  return { video, jobs: video.jobs };
}

async function sendDirectly(api: Api, { blob, filename }: InputFile, options: SendOptions): Promise<Sent> {
  const { signal, idempotencyKey, models, onUpload: _, framesPerSecond: __, post: ___, ...query } = options;
  return api.uploadImage(
    { ...given(query), file: blob, filename, ...(models !== undefined && { models: [...models] }) },
    { signal, idempotencyKey },
  );
}

/**
 * Sends a file of any kind by a presigned form, and waits until it has been taken in.
 * @throws SegmentryError with the reason where nothing of it was taken.
 */
export async function sendByForm(api: Api, file: InputFile, options: SendOptions): Promise<Upload> {
  const { signal, idempotencyKey, models, onUpload, post, ...rest } = options;
  const { blob, filename, contentType } = file;
  const form = await api.createUpload(
    {
      ...given(rest),
      ...(models !== undefined && { models: [...models] }),
      kind: kindOf(contentType),
      filename,
      contentType,
      sizeBytes: blob.size,
    },
    { signal, idempotencyKey },
  );
  const before = await api.getUpload({ id: form.id }, { signal });
  // Under a key that was used before the file may have come already.
  if (before.status === 'waiting') await postForm(form, file, { signal, post });
  return takenIn(api, form.id, { signal, onUpload });
}

const kindOf = (contentType: string) =>
  contentType.includes('zip') ? 'zip' : contentType.startsWith('video/') ? 'video' : 'image';

/** @throws SegmentryError `upload_refused` where the bucket wants no file by this form: that is no word of the service's. */
async function postForm(
  form: { url: string; fields: Record<string, string> },
  file: InputFile,
  { signal, post = (...request) => fetch(...request) }: Pick<SendOptions, 'signal' | 'post'>,
) {
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
  body.append('file', file.blob, file.filename);
  await send(
    { method: 'POST', path: '', headers: {}, body, signal, repeatable: true },
    { url: form.url, token: () => undefined, fetch: post, retries: 4 },
  ).catch((cause: unknown) => {
    const status = (cause instanceof SegmentryError && cause.status) || 0;
    if (status < 400 || status >= 500) throw cause;
    throw new SegmentryError(
      'upload_refused',
      `The form was answered ${status}: it is over, or not for this file. Send the file anew.`,
      { cause },
    );
  });
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

async function takenIn(
  api: Api,
  id: string,
  { signal, onUpload }: Pick<SendOptions, 'signal' | 'onUpload'>,
): Promise<Upload> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    const upload = await api.getUpload({ id }, { signal });
    onUpload?.(upload);
    if (upload.status === 'done') return upload;
    if (upload.status === 'failed') {
      const [reason] = upload.refused;
      throw new SegmentryError(
        reason?.code ?? 'upload_refused',
        reason?.detail ?? 'Nothing of the upload was taken.',
      );
    }
    await sleep(pauseMs, signal);
  }
}

/** Without what is undefined: the API takes a field or no field. */
function given<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]: Exclude<Fields[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
