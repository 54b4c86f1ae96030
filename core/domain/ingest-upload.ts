import type { RefusedEntry } from '../contracts/http/uploads.ts';
import { DatasetNotFoundError } from './dataset.ts';
import { DomainError } from './errors.ts';
import type { Image } from './image.ts';
import type { DatasetPorts } from './manage-datasets.ts';
import { type StoredPicture, type StorePicturePorts, takeIn } from './store-picture.ts';
import { type Upload, uploadIdOf } from './upload.ts';
import type { AnalysisQueue } from './upload-image.ts';

/** One version of one object that has arrived. */
export interface ArrivedObject {
  readonly key: string;
  readonly version: string;
}

export interface IngestUploadPorts extends StorePicturePorts {
  readonly uploads: {
    /**
     * Gives the upload to the first object version that asks, and to that version again when it repeats.
     * @returns undefined where there is no such upload, another version has it, or it has failed.
     */
    claim(uploadId: string, version: string): Promise<Upload | undefined>;
    /**
     * Writes the image, its jobs and the upload's end in one transaction, once.
     * @throws ContentTakenError
     */
    complete(upload: Upload, stored: StoredPicture): Promise<void>;
    fail(upload: Upload, refused: RefusedEntry): Promise<void>;
  };
  readonly arrived: {
    read(object: ArrivedObject): Promise<Uint8Array>;
    remove(object: ArrivedObject): Promise<void>;
  };
  readonly datasetItems: Pick<DatasetPorts['datasetItems'], 'add'>;
  readonly analysisQueue: AnalysisQueue;
}

/**
 * Takes in what was uploaded under a presigned form. Safe to repeat: ids were chosen with the upload, the
 * records are written once, and a message sent twice finds its job taken or done.
 * @returns what happened, for the log.
 */
export async function ingestUpload(
  object: ArrivedObject,
  ports: IngestUploadPorts,
): Promise<'ignored' | 'refused' | 'done'> {
  const uploadId = uploadIdOf(object.key);
  const upload = uploadId === undefined ? undefined : await ports.uploads.claim(uploadId, object.version);
  if (upload === undefined) return 'ignored';

  if (upload.status === 'processing') {
    const refused = await store(object, upload, ports);
    if (refused !== undefined) return 'refused';
  }
  await ports.analysisQueue.send(
    upload.jobs.map((job) => ({ jobId: job.id })),
    upload.userId,
  );
  await ports.arrived.remove(object);
  return 'done';
}

async function store(
  object: ArrivedObject,
  upload: Upload,
  ports: IngestUploadPorts,
): Promise<RefusedEntry | undefined> {
  const bytes = await ports.arrived.read(object);
  try {
    const { image } = await takeIn(
      { ...upload, bytes },
      (each) => ports.uploads.complete(upload, each),
      ports,
    );
    if (upload.dataset !== undefined) await collect(upload.dataset, image, ports);
    return undefined;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const refused = { name: upload.filename, code: error.code, detail: error.message };
    await ports.uploads.fail(upload, refused);
    await ports.arrived.remove(object);
    return refused;
  }
}

/** A dataset that was deleted while the picture was on its way just does not get it. */
async function collect(datasetId: string, image: Image, ports: IngestUploadPorts): Promise<void> {
  const addedAt = ports.now().toISOString();
  try {
    await ports.datasetItems.add({
      ...{ datasetId, userId: image.userId, type: 'image', itemId: image.id },
      ...{ cost: 0, addedAt },
    });
  } catch (error) {
    if (!(error instanceof DatasetNotFoundError)) throw error;
  }
}
