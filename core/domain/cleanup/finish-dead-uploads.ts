import { isOpen, type UploadRepository } from '../entities/upload.ts';
import { doEach } from './do-each.ts';
import {
  type FinishStalledUploadPorts,
  finishDeadChunk,
  finishStalledUpload,
} from './finish-stalled-upload.ts';

/** A message of the upload queue that it has given up. */
export interface DeadUpload {
  readonly uploadId: string;
  /** Where it is a chunk of a zip's entries, not the object that arrived. */
  readonly chunk?: number;
}

export interface FinishDeadUploadsPorts extends Omit<FinishStalledUploadPorts, 'uploads'> {
  readonly uploads: FinishStalledUploadPorts['uploads'] & Pick<UploadRepository, 'find'>;
  /** Some of them; they stay where they are, for the operator. */
  readonly listDeadUploads: () => Promise<DeadUpload[]>;
}

/**
 * Ends the uploads whose messages are among the dead letters: no worker gets them again.
 * @returns how many messages that were.
 */
export async function finishDeadUploads(ports: FinishDeadUploadsPorts): Promise<number> {
  let ended = 0;
  await doEach(await ports.listDeadUploads(), async ({ uploadId, chunk }) => {
    const upload = await ports.uploads.find(uploadId);
    // One that waits was never claimed: each of those who were to take it in has died before that.
    if (upload === undefined || !isOpen(upload)) return;
    if (chunk !== undefined) await finishDeadChunk(upload, chunk, ports);
    // What is divided already lives on in the messages of its chunks.
    else if (upload.entries === undefined) await finishStalledUpload(upload, ports);
    else return;
    ended += 1;
  });
  return ended;
}
