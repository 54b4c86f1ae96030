import type { UploadKind } from '../../contracts/http/uploads.ts';
import type { DatasetItemRepository } from '../entities/dataset.ts';
import { DomainError } from '../entities/errors.ts';
import { analysisMessageOf } from '../entities/job.ts';
import type { ObjectStore } from '../entities/objects.ts';
import {
  type ArrivedObject,
  archiveKey,
  MediaDeletedError,
  type Upload,
  type UploadRepository,
  uploadIdOf,
} from '../entities/upload.ts';
import { videoKey } from '../entities/video.ts';
import { type StoredImage, type StoreImagePorts, storeAndRecord } from '../media/store-image.ts';
import { type StoreVideoPorts, storeVideo } from '../media/store-video.ts';
import type { AnalysisQueue } from '../media/upload-image.ts';
import { addToDataset } from './add-upload-to-dataset.ts';
import { type PlanZipPorts, planZip } from './plan-zip.ts';

export interface IngestUploadPorts
  extends StoreImagePorts,
    Omit<StoreVideoPorts, 'objects'>,
    Omit<PlanZipPorts, 'uploads' | 'arrived'> {
  readonly objects: Pick<ObjectStore, 'put' | 'read' | 'remove'>;
  readonly uploads: PlanZipPorts['uploads'] &
    Pick<UploadRepository, 'claim' | 'completeVideo' | 'fail'> & {
      /**
       * Writes the image, its jobs, their charges and the upload's end in one transaction, once, and releases
       * what is left of the upload's hold.
       * @throws ContentTakenError, InsufficientCreditsError
       */
      complete(upload: Upload, stored: StoredImage): Promise<void>;
    };
  readonly arrived: PlanZipPorts['arrived'] & {
    read(object: ArrivedObject): Promise<Uint8Array>;
    remove(object: ArrivedObject): Promise<void>;
  };
  readonly datasetItems: Pick<DatasetItemRepository, 'add'>;
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
): Promise<'ignored' | 'refused' | 'planned' | 'done'> {
  const uploadId = uploadIdOf(object.key);
  const upload = uploadId === undefined ? undefined : await ports.uploads.claim(uploadId, object.version);
  if (upload === undefined) return 'ignored';

  if (upload.status === 'processing') {
    const take = () => TAKERS[upload.kind](object, upload, ports);
    if (!(await isTaken(take, { object, upload }, ports))) return 'refused';
    if (upload.kind === 'zip') return 'planned';
  }
  // Those of a zip are queued entry by entry.
  const jobs = upload.kind === 'zip' ? [] : upload.jobs;
  const { mediaId, userId } = upload;
  await ports.analysisQueue.send(
    jobs.map(({ id, model }) => analysisMessageOf({ id, mediaId, model })),
    userId,
  );
  await ports.arrived.remove(object);
  return 'done';
}

/** Who takes in what of each kind. */
const TAKERS: Record<UploadKind, Taker> = { image: store, zip: planZip, video: takeVideo };

type Taker = (object: ArrivedObject, upload: Upload, ports: IngestUploadPorts) => Promise<void>;

/** Runs `take`; what it refuses ends the upload. */
async function isTaken(
  take: () => Promise<void>,
  { object, upload }: { object: ArrivedObject; upload: Upload },
  ports: IngestUploadPorts,
): Promise<boolean> {
  try {
    await take();
    return true;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    await ports.uploads.fail(upload, { name: upload.filename, code: error.code, detail: error.message });
    await ports.objects.remove(archiveKey(upload.id));
    await ports.arrived.remove(object);
    return false;
  }
}

async function store(object: ArrivedObject, upload: Upload, ports: IngestUploadPorts): Promise<void> {
  const bytes = await ports.arrived.read(object);
  const { image } = await storeAndRecord(
    { ...upload, imageId: upload.mediaId, bytes, holdId: upload.id },
    (each) => ports.uploads.complete(upload, each),
    ports,
  );
  if (upload.dataset !== undefined)
    await addToDataset(upload.dataset, { type: 'image', thing: image }, ports);
}

async function takeVideo(object: ArrivedObject, upload: Upload, ports: IngestUploadPorts): Promise<void> {
  const { mediaId: videoId } = upload;
  await ports.arrived.copy(object, videoKey(videoId));
  const stored = await storeVideo({ ...upload, uploadId: upload.id, videoId }, ports).catch(ifDeleted);
  if (stored !== undefined && upload.dataset !== undefined)
    await addToDataset(upload.dataset, { type: 'video', thing: stored.video }, ports);
  await ports.uploads.completeVideo(upload, videoId);
}

/** What was taken in before, and deleted since, has ended well. */
function ifDeleted(error: unknown): undefined {
  if (!(error instanceof MediaDeletedError)) throw error;
}
