import type { Prefetched, PrefetchKeys } from '../../../domain/request/prefetch.ts';
import type { CombinedGets } from '../table/combine-gets.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { creditGets } from './credit-writer.ts';
import { unlessExpired } from './image-records.ts';
import { openJobGets } from './open-jobs.ts';
import { toResult } from './result-records.ts';

/** Adds what a request wants to other gets. @returns gives what was found after they have run. */
export function addWanted(
  gets: CombinedGets,
  { wanted, userId, table }: { wanted: PrefetchKeys; userId: string; table: SegmentryTable },
): () => Prefetched {
  const entities = table.entities;
  const { image, imageContent, video, dataset, job, result, batch, batchPart, webhook, delivery } = entities;
  const { image: imageId, content: sha256, batchPart: part, webhook: webhookId, delivery: address } = wanted;
  const each = {
    image: imageId && gets.add(image.get({ id: imageId }), (Item) => image.parse({ Item }).data),
    content:
      sha256 && gets.add(imageContent.get({ userId, sha256 }), (Item) => imageContent.parse({ Item }).data),
    video: wanted.video && gets.add(video.get({ id: wanted.video }), (Item) => video.parse({ Item }).data),
    dataset:
      wanted.dataset && gets.add(dataset.get({ id: wanted.dataset }), (Item) => dataset.parse({ Item }).data),
    job: wanted.job && gets.add(job.get({ id: wanted.job }), (Item) => job.parse({ Item }).data),
    result:
      wanted.result && gets.add(result.get({ jobId: wanted.result }), (Item) => result.parse({ Item }).data),
    batch: wanted.batch && gets.add(batch.get({ id: wanted.batch }), (Item) => batch.parse({ Item }).data),
    batchPart: part && gets.add(batchPart.get(part), (Item) => batchPart.parse({ Item }).data),
    webhook:
      webhookId && gets.add(webhook.get({ userId, id: webhookId }), (Item) => webhook.parse({ Item }).data),
    delivery:
      address &&
      gets.add(
        delivery.get({ webhookId: address.webhookId, id: address.deliveryId }),
        (Item) => delivery.parse({ Item }).data,
      ),
    credits: wanted.credits === true ? creditGets(gets, table, { userId }) : undefined,
    openJobs: wanted.openJobs === true ? openJobGets(gets, entities, userId) : undefined,
  };
  return () => ({
    image: unlessExpired(found(each.image)),
    content: found(each.content),
    video: unlessExpired(found(each.video)),
    dataset: found(each.dataset),
    job: found(each.job),
    result: toResult(found(each.result)),
    batch: found(each.batch),
    batchPart: found(each.batchPart),
    webhook: found(each.webhook),
    delivery: found(each.delivery),
    credits: each.credits?.(),
    openJobs: each.openJobs?.(),
  });
}

/** An id of no length names nothing. */
const found = <Item>(get: (() => Item | undefined) | '' | undefined): Item | undefined =>
  get === '' ? undefined : get?.();
