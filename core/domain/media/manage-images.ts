import type { Page, PageRequest } from '../../contracts/http/paging.ts';
import {
  type Dataset,
  type DatasetItemRepository,
  DatasetNotFoundError,
  type DatasetRepository,
  nameKeyOf,
} from '../entities/dataset.ts';
import { type Image, ImageNotFoundError, type ImageRepository } from '../entities/image.ts';
import type { Job } from '../entities/job.ts';
import { type Principal, requireOwned } from '../entities/principal.ts';
import type { RequestContext } from '../request/authenticate.ts';
import type { PrefetchKeys } from '../request/prefetch.ts';

export interface ManageImagesPorts {
  readonly images: Pick<ImageRepository, 'find' | 'rename' | 'remove' | 'list'>;
  readonly datasets: Pick<DatasetRepository, 'listAll'>;
  readonly datasetItems: Pick<DatasetItemRepository, 'all'>;
  readonly now: () => Date;
}

const SHA256 = /^[0-9a-f]{64}$/;

/** What to prefetch for an image, by its id or by the SHA-256 of its uploaded bytes. */
export const imagePrefetchKeys = (idOrHash = ''): Pick<PrefetchKeys, 'image' | 'content'> =>
  SHA256.test(idOrHash) ? { image: undefined, content: idOrHash } : { image: idOrHash, content: undefined };

export type ImageContext = RequestContext<'image' | 'content'>;

/**
 * One's own image, by its id or by the SHA-256 of the bytes it was uploaded as.
 * @throws ImageNotFoundError
 */
export async function findImage(
  idOrHash: string,
  { principal, prefetched }: ImageContext,
  { images }: { images: Pick<ImageRepository, 'find'> },
): Promise<Image> {
  const image =
    prefetched.content === undefined ? prefetched.image : await images.find(prefetched.content.imageId);
  return requireOwned(image, principal, () => new ImageNotFoundError(idOrHash));
}

export interface DescribeImagePorts {
  readonly images: Pick<ImageRepository, 'find'>;
  readonly attachments: {
    /** What hangs on an image or a video, and the image where it is one, of a few milliseconds ago. */
    of(itemId: string): Promise<{ image: Image | undefined; jobs: Job[]; datasets: string[] }>;
  };
}

/**
 * One's own image with its jobs and the datasets it is in.
 * @throws ImageNotFoundError
 */
export async function describeImage(
  idOrHash: string,
  { principal, prefetched }: ImageContext,
  { images, attachments }: DescribeImagePorts,
): Promise<{ image: Image; jobs: Job[]; datasets: string[] }> {
  const missing = () => new ImageNotFoundError(idOrHash);
  if (prefetched.content === undefined) {
    const image = requireOwned(prefetched.image, principal, missing);
    return { ...(await attachments.of(image.id)), image };
  }
  const { imageId } = prefetched.content;
  const attached = await attachments.of(imageId);
  const image = requireOwned(attached.image ?? (await images.find(imageId)), principal, missing);
  return { ...attached, image };
}

/** @throws ImageNotFoundError */
export async function renameImage(
  idOrHash: string,
  filename: string,
  context: ImageContext,
  ports: ManageImagesPorts,
): Promise<Image> {
  const image = await findImage(idOrHash, context, ports);
  const modifiedAt = ports.now().toISOString();
  await ports.images.rename(image, filename, modifiedAt);
  return { ...image, filename, modifiedAt };
}

/** @throws ImageNotFoundError */
export async function deleteImage(
  idOrHash: string,
  context: ImageContext,
  ports: ManageImagesPorts,
): Promise<void> {
  await ports.images.remove(await findImage(idOrHash, context, ports));
}

export interface ImageQuery {
  /** Its id or name. */
  readonly dataset?: string | undefined;
  readonly tag?: string | undefined;
  readonly contentType?: string | undefined;
}

/**
 * One's own images, newest first: of a dataset, of all datasets with a tag, of a type.
 * @throws DatasetNotFoundError
 */
export async function listImages(
  { dataset, tag, contentType }: ImageQuery,
  page: PageRequest,
  { userId }: Principal,
  ports: ManageImagesPorts,
): Promise<Page<Image>> {
  const isFiltered = dataset !== undefined || tag !== undefined;
  const ids = isFiltered ? await idsOf({ dataset, tag }, userId, ports) : undefined;
  return ports.images.list(userId, { contentType, ids }, page);
}

async function idsOf(
  { dataset, tag }: Pick<ImageQuery, 'dataset' | 'tag'>,
  userId: string,
  ports: ManageImagesPorts,
): Promise<ReadonlySet<string>> {
  const all = await ports.datasets.listAll(userId);
  const named = dataset === undefined ? all : [all.find(isNamed(dataset)) ?? unknown(dataset)];
  const wanted = named.filter(({ tags }) => tag === undefined || tags.includes(tag));
  const items = await Promise.all(wanted.map(({ id }) => ports.datasetItems.all(id)));
  return new Set(items.flat().map(({ itemId }) => itemId));
}

const isNamed = (reference: string) => (dataset: Dataset) =>
  dataset.id === reference || nameKeyOf(dataset.name) === nameKeyOf(reference);

function unknown(reference: string): never {
  throw new DatasetNotFoundError(reference);
}
