import * as z from 'zod';

const prefixed = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_[0-9a-f]{32}$`));

/** Opaque ids; the prefix tells the kind. An image's or a video's id is a bare UUID. */
export const UserId = z.string().regex(/^usr_[0-9a-z]{1,64}$/);
export const ImageId = z.uuid();
export const VideoId = z.uuid();
export const UploadId = prefixed('upl');
export const JobId = prefixed('job');
export const DatasetId = prefixed('ds');
export const BatchId = prefixed('bat');
export const WebhookId = prefixed('whk');
export const DeliveryId = prefixed('dlv');

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A model by its id (its newest version), or `id@version`. */
export const ModelReference = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}(@[a-z0-9][a-z0-9._-]{0,63})?$/, 'Give a model as "id" or "id@version".');

const KEY_LIMIT_BYTES = 1024;

/**
 * Names are found by their compatibility form (NFKC), in which one letter may become eighteen, and keys of the table
 * have an end.
 */
const fittingIntoKey = (name: z.ZodString) =>
  name.refine(
    (text) => new TextEncoder().encode(text.normalize('NFKC')).length <= KEY_LIMIT_BYTES,
    `It takes more than ${KEY_LIMIT_BYTES} bytes once its ligatures are written out.`,
  );

export const DatasetName = fittingIntoKey(z.string().trim().min(1).max(100));
/** One of the user's own datasets, by its id or its name. */
export const DatasetReference = fittingIntoKey(z.string().min(1).max(128));
