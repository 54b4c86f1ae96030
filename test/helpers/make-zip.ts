import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

export interface FileToPack {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Unix mode, with the file's type. */
  readonly mode?: number;
  readonly compress?: boolean;
}

/** Packs files into a zip. A name that yazl would not take may be patched in afterwards: see `renameEntry`. */
export async function makeZip(files: readonly FileToPack[]): Promise<Buffer> {
  const zip = new ZipFile();
  for (const { name, bytes, mode = 0o100644, compress = false } of files) {
    zip.addBuffer(Buffer.from(bytes), name, { mode, compress });
  }
  zip.end();
  return buffer(zip.outputStream as Readable);
}

/** Writes another name of the same length, also one that leads out. */
export const renameEntry = (zip: Buffer, name: string, other: string): Buffer =>
  Buffer.from(zip.toString('latin1').replaceAll(name, other), 'latin1');

/** Overwrites a field of an entry's directory record: 2 or 4 bytes at `offset` of it. */
export function patchRecord(zip: Buffer, name: string, patch: { offset: 8 | 24; value: number }): Buffer {
  const patched = Buffer.from(zip);
  const record = patched.lastIndexOf(name) - 46;
  if (patch.offset === 8) patched.writeUInt16LE(patch.value, record + patch.offset);
  else patched.writeUInt32LE(patch.value, record + patch.offset);
  return patched;
}
