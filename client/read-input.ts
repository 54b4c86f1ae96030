import { SegmentryError } from './errors.ts';

/** A path (in Node) or an http(s) address, as text or URL; or the bytes, in any form they come in. */
export type AnalysisInput = string | URL | Blob | ArrayBuffer | Uint8Array | ReadableStream<Uint8Array>;

export interface InputNames {
  readonly filename?: string | undefined;
  readonly contentType?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface InputFile {
  readonly blob: Blob;
  readonly filename: string;
  readonly contentType: string;
}

/** @throws SegmentryError `unknown_content_type` where neither name nor bytes tell what it is, `input_not_fetched` */
export async function readInput(input: AnalysisInput, names: InputNames): Promise<InputFile> {
  const { blob, name } = await open(input, names.signal);
  const contentType = names.contentType ?? (await typeOf(blob));
  const filename = names.filename ?? name ?? 'image';
  // A blob keeps its bytes where they are: giving it a type copies nothing.
  return {
    blob: blob.slice(0, blob.size, contentType),
    filename: filename.slice(-255).toWellFormed(),
    contentType,
  };
}

async function open(
  input: AnalysisInput,
  signal?: AbortSignal,
): Promise<{ blob: Blob; name?: string | undefined }> {
  if (input instanceof Blob) return { blob: input, name: (input as { name?: string }).name };
  if (input instanceof ReadableStream) return { blob: await new Response(input).blob() };
  if (input instanceof ArrayBuffer || input instanceof Uint8Array) {
    return { blob: new Blob([input as Uint8Array<ArrayBuffer>]) };
  }
  const text = String(input);
  return /^(https?|blob|data):/i.test(text) ? download(text, signal) : openPath(input);
}

async function download(address: string, signal?: AbortSignal) {
  try {
    const response = await fetch(address, { signal: signal ?? null });
    if (response.ok) return { blob: await response.blob(), name: nameIn(new URL(address)) };
    // No status of the error: that would be the service's.
    throw notFetched(`${address} answered ${response.status}.`);
  } catch (cause) {
    signal?.throwIfAborted();
    throw cause instanceof SegmentryError
      ? cause
      : notFetched(`${address} can't be fetched. Check the address.`, cause);
  }
}

const notFetched = (message: string, cause?: unknown) =>
  new SegmentryError('input_not_fetched', message, { cause });

/** Node's modules are asked for by a name that bundlers for browsers do not follow. */
async function openPath(path: string | URL) {
  const fs = 'node:fs';
  const { openAsBlob } = (await import(/* @vite-ignore */ fs)) as typeof import('node:fs');
  return { blob: await openAsBlob(path), name: path instanceof URL ? nameIn(path) : lastPart(path) };
}

const lastPart = (path: string) => path.split(/[\\/]/).at(-1) || undefined;

/** The percent signs of an address stand for other characters, where they stand for any. */
function nameIn({ pathname }: URL): string | undefined {
  const name = lastPart(pathname);
  try {
    return name && decodeURIComponent(name);
  } catch {
    return name;
  }
}

const SIGNATURES: readonly (readonly [RegExp, string])[] = [
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^\x89PNG/, 'image/png'],
  [/^GIF8/, 'image/gif'],
  [/^RIFF....WEBP/s, 'image/webp'],
  [/^(II\*\0|MM\0\*)/, 'image/tiff'],
  [/^....ftypavi[fs]/s, 'image/avif'],
  [/^....ftyp(hei|hev|mif|msf)/s, 'image/heic'],
  [/^....ftypqt/s, 'video/quicktime'],
  [/^....ftyp/s, 'video/mp4'],
  [/^.E\xdf\xa3/s, 'video/webm'],
  [/^PK../s, 'application/zip'],
  [/^\s*<(\?xml|svg)/, 'image/svg+xml'],
];

/** What the bytes say; a name or a browser's guess only where they say nothing. */
async function typeOf(blob: Blob): Promise<string> {
  const start = String.fromCharCode(...new Uint8Array(await blob.slice(0, 16).arrayBuffer()));
  const known = SIGNATURES.find(([signature]) => signature.test(start))?.[1];
  const type = known ?? (blob.type || undefined);
  if (type !== undefined) return type;
  throw new SegmentryError(
    'unknown_content_type',
    'This is no image, video or zip by its first bytes. Send a JPEG, PNG, WebP, TIFF, AVIF, an MP4 or a zip; or say what it is by `contentType`.',
  );
}
