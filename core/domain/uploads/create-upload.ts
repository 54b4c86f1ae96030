import { AnalysisOptions } from '../../contracts/analysis-options.ts';
import type { CreateUploadBody, UploadKind } from '../../contracts/http/uploads.ts';
import { checkClasses } from '../analysis/check-classes.ts';
import { chooseDevices, type DevicePorts, ON_LAMBDA } from '../analysis/choose-devices.ts';
import { resolveDataset } from '../datasets/manage-datasets.ts';
import type { CreditHold, CreditPrices } from '../entities/credits.ts';
import type { DatasetRepository } from '../entities/dataset.ts';
import { DomainError } from '../entities/errors.ts';
import { derivedId, derivedUuid, newOrigin, type RequestOrigin } from '../entities/ids.ts';
import { planJobs } from '../entities/job.ts';
import { type ModelRepository, resolveModels } from '../entities/model.ts';
import { type Upload, type UploadRepository, uploadKey } from '../entities/upload.ts';
import { mostCostOf } from '../entities/views.ts';
import type { RequestContext } from '../request/authenticate.ts';
import { type JobQuota, requireRoomForJobs } from '../request/quota.ts';
import { type CallbackWebhookPorts, resolveCallbackWebhook } from '../webhooks/callback-webhook.ts';

export interface PresignedForm {
  readonly url: string;
  readonly fields: Record<string, string>;
}

export interface PresignUpload {
  readonly key: string;
  readonly contentType: string;
  /** 1 where absent. */
  readonly leastBytes?: number;
  readonly limitBytes: number;
  readonly expirySeconds: number;
}

export interface CreateUploadPorts extends Pick<JobQuota, 'openJobLimit'>, DevicePorts, CallbackWebhookPorts {
  readonly models: Pick<ModelRepository, 'list'>;
  readonly datasets: Pick<DatasetRepository, 'findByName'>;
  readonly uploads: Pick<UploadRepository, 'find' | 'create'>;
  readonly prices: CreditPrices;
  readonly presignUpload: (form: PresignUpload) => Promise<PresignedForm>;
  readonly now: () => Date;
  readonly limits: {
    readonly bytes: Readonly<Record<UploadKind, number>>;
    readonly expirySeconds: number;
    readonly open: number;
  };
}

export class UploadTooLargeError extends DomainError {
  readonly code = 'upload_too_large';
  readonly kind = 'too_large';

  constructor(kind: string, limitBytes: number) {
    super(
      `An upload of kind ${kind} may have up to ${limitBytes.toLocaleString('en')} bytes. Make the file smaller.`,
    );
  }
}

/**
 * Makes a presigned form that takes exactly one object: this key, this content type, up to the limit. A repeat of the
 * request gets a form for the same upload.
 * @throws UploadTooLargeError, UnknownModelError, UnknownClassError, GpuUnavailableError, TooManyOpenJobsError,
 *   TooManyOpenUploadsError, DatasetNotFoundError, InsufficientCreditsError, and what `resolveCallbackWebhook` throws
 */
export async function createUpload(
  body: CreateUploadBody,
  context: UploadContext,
  ports: CreateUploadPorts,
): Promise<PresignedForm & { upload: Upload }> {
  const origin = context.origin ?? newOrigin();
  const made = origin.isRepeat ? await ports.uploads.find(uploadIdFor(origin)) : undefined;
  const upload = made ?? (await recordUpload(body, { ...context, origin }, ports));
  const leftMs = Date.parse(upload.expiresAt) - ports.now().getTime();
  const form = await ports.presignUpload({
    key: uploadKey(upload.id),
    contentType: body.contentType,
    limitBytes: ports.limits.bytes[body.kind],
    expirySeconds: Math.max(1, Math.ceil(leftMs / 1000)),
  });
  return { ...form, upload };
}

type UploadContext = RequestContext<'dataset' | 'openJobs' | 'credits'>;

const uploadIdFor = (origin: RequestOrigin) => derivedId('upl', origin.id);

async function recordUpload(
  body: CreateUploadBody,
  context: UploadContext & { readonly origin: RequestOrigin },
  ports: CreateUploadPorts,
): Promise<Upload> {
  const { bytes, expirySeconds } = ports.limits;
  const limitBytes = bytes[body.kind];
  if (body.sizeBytes > limitBytes) throw new UploadTooLargeError(body.kind, limitBytes);
  const options = body.options ?? AnalysisOptions.parse({});
  const named = await resolveModels(body.models ?? [], ports.models);
  checkClasses(options, named);
  const models = chooseDevices(named, body.kind === 'video' ? ON_LAMBDA : options, ports);
  requireRoomForJobs(models.length, { ...ports, openJobs: context.prefetched.openJobs });
  const dataset = body.dataset && (await resolveDataset(body.dataset, context, ports)).id;
  const webhookId = body.webhook && (await resolveCallbackWebhook(body.webhook, context.principal, ports));
  const now = ports.now();
  const id = uploadIdFor(context.origin);
  const upload: Upload = {
    id,
    userId: context.principal.userId,
    kind: body.kind,
    filename: body.filename,
    keep: body.keep,
    framesPerSecond: body.framesPerSecond,
    options,
    ...(body.retentionDays !== undefined && { retentionDays: body.retentionDays }),
    ...(dataset !== undefined && { dataset }),
    ...(webhookId !== undefined && { webhookId }),
    mediaId: derivedUuid(context.origin.id),
    jobs: planJobs(models, context.origin),
    ...(body.kind === 'zip' && models.length > 0 && { batch: derivedId('bat', id) }),
    status: 'waiting',
    images: [],
    videos: [],
    refused: [],
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + expirySeconds * 1000).toISOString(),
  };
  const { credits } = context.prefetched;
  await ports.uploads.create(upload, {
    hold: holdFor(upload, ports.prices),
    credits,
    openLimit: ports.limits.open,
  });
  return upload;
}

/** How long after the form the hold is there for: what came at the last moment waits for its turn. */
const HOLD_GRACE_MS = 3600 * 1000;

/** What the image may cost at most. The cost of other kinds shows when they have arrived; their hold is placed then. */
function holdFor(upload: Upload, prices: CreditPrices): CreditHold | undefined {
  const { id, userId, kind, expiresAt } = upload;
  const left = mostCostOf(upload, prices);
  if (kind !== 'image' || left === 0) return undefined;
  return {
    userId,
    id,
    left,
    expiresAt: new Date(Date.parse(expiresAt) + HOLD_GRACE_MS).toISOString(),
  };
}
