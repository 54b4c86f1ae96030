import type { Readable } from 'node:stream';

/** The first bytes of a body as text; what has come when the body breaks off or takes too long. */
export async function readStart(body: Readable, limitBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size >= limitBytes) break;
    }
  } catch {
    // The status has come; a body that never ends does not undo it.
  }
  return Buffer.concat(chunks).subarray(0, limitBytes).toString();
}
