import {
  createBatchRoute,
  getBatchResultsRoute,
  getBatchRoute,
  listBatchJobsRoute,
} from '../../core/contracts/http/batches.ts';
import { getDatasetRoute, listDatasetItemsRoute } from '../../core/contracts/http/datasets.ts';
import {
  changeImageRoute,
  deleteImageRoute,
  getImageFileRoute,
  getImageRoute,
} from '../../core/contracts/http/images.ts';
import { getJobFramesRoute, getJobResultRoute, getJobRoute } from '../../core/contracts/http/jobs.ts';
import { createUploadRoute } from '../../core/contracts/http/uploads.ts';
import { getVideoRoute } from '../../core/contracts/http/videos.ts';
import {
  getDeliveryRoute,
  getWebhookRoute,
  listDeliveriesRoute,
} from '../../core/contracts/http/webhooks.ts';
import { partOfPage } from '../../core/domain/batches/list-batch-jobs.ts';
import { imagePrefetchKeys } from '../../core/domain/media/manage-images.ts';
import type { RouteWants } from '../../core/runtime/prefetch.ts';

const wantsImage: RouteWants['wants'] = ({ id }) => imagePrefetchKeys(id);
const wantsResult: RouteWants['wants'] = ({ id }) => ({ job: id, result: id });
const wantsToPay: RouteWants['wants'] = () => ({ openJobs: true, credits: true });

/** What routes read in one call with who asks. */
export const READ_ALONG: readonly RouteWants[] = [
  { route: getImageRoute, wants: wantsImage },
  { route: getImageFileRoute, wants: wantsImage },
  { route: changeImageRoute, wants: wantsImage },
  { route: deleteImageRoute, wants: wantsImage },
  { route: getVideoRoute, wants: ({ id }) => ({ video: id }) },
  { route: getJobRoute, wants: ({ id }) => ({ job: id }) },
  { route: getJobResultRoute, wants: wantsResult },
  { route: getJobFramesRoute, wants: wantsResult },
  { route: getBatchRoute, wants: ({ id }) => ({ batch: id }) },
  { route: getBatchResultsRoute, wants: ({ id }) => ({ batch: id }) },
  {
    route: listBatchJobsRoute,
    wants: ({ id }, { cursor }) => ({ batch: id, batchPart: partOf(id, partOfPage(cursor)) }),
  },
  { route: listDatasetItemsRoute, wants: ({ id }) => ({ dataset: id }) },
  { route: getDatasetRoute, wants: ({ id }) => ({ dataset: id }) },
  { route: getWebhookRoute, wants: ({ id }) => ({ webhook: id }) },
  { route: listDeliveriesRoute, wants: ({ id }) => ({ webhook: id }) },
  {
    route: getDeliveryRoute,
    wants: ({ id, deliveryId }) => ({ webhook: id, delivery: deliveryOf(id, deliveryId) }),
  },
  { route: createBatchRoute, wants: wantsToPay, wantsOfBody: ({ dataset }) => ({ dataset }) },
  { route: createUploadRoute, wants: wantsToPay, wantsOfBody: ({ dataset }) => ({ dataset }) },
];

const partOf = (batchId: string | undefined, part: number | undefined) =>
  batchId === undefined || part === undefined ? undefined : { batchId, part };

const deliveryOf = (webhookId: string | undefined, deliveryId: string | undefined) =>
  webhookId === undefined || deliveryId === undefined ? undefined : { webhookId, deliveryId };
