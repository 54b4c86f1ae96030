import {
  cancelBatchRoute,
  createBatchRoute,
  getBatchResultsRoute,
  getBatchRoute,
  listBatchesRoute,
  listBatchJobsRoute,
  retryBatchRoute,
} from '../../../core/contracts/http/batches.ts';
import {
  type BatchProgress,
  cancelBatch,
  type RetryBatchPorts,
  readProgress,
  retryBatch,
} from '../../../core/domain/batches/control-batch.ts';
import { type CreateBatchPorts, createBatch } from '../../../core/domain/batches/create-batch.ts';
import {
  type ReadBatchResultsPorts,
  readBatchResults,
} from '../../../core/domain/batches/export/read-batch-results.ts';
import {
  type ListBatchJobsPorts,
  listBatchJobs,
  placeOfPage,
} from '../../../core/domain/batches/list-batch-jobs.ts';
import { type ListBatchesPorts, listBatches } from '../../../core/domain/batches/list-batches.ts';
import { batchLinks, NO_COUNTS, openCount } from '../../../core/domain/entities/batch.ts';
import type { HttpApp, HttpContext } from '../../../core/runtime/http-environment.ts';
import { prefetching, type RawRequest } from '../../../core/runtime/prefetch.ts';
import { presentJob } from '../../../core/runtime/present.ts';
import { presentBatch } from '../../../core/runtime/present-batch.ts';

export type BatchRoutePorts = CreateBatchPorts &
  RetryBatchPorts &
  ListBatchesPorts &
  ListBatchJobsPorts &
  ReadBatchResultsPorts & { readonly signedUrl: (key: string) => Promise<string> };

/** How long to wait between two looks at a batch. */
const POLL_SECONDS = '2';

/** The batch, and its part that the page lies in. */
function pageKeys({ params: { id }, query }: RawRequest) {
  const part = placeOfPage(query.cursor)?.part;
  return { batch: id, batchPart: id === undefined || part === undefined ? undefined : { batchId: id, part } };
}

export function serveBatches(app: HttpApp, ports: BatchRoutePorts): void {
  const accept = (context: Pick<HttpContext, 'header'>, progress: BatchProgress) => {
    context.header('location', batchLinks(progress.batch.id).self);
    context.header('retry-after', POLL_SECONDS);
    return presentBatch(progress);
  };

  app.openapi(
    prefetching(createBatchRoute, ({ body }) => ({ dataset: body.dataset, openJobs: true, credits: true })),
    async (context) => {
      const batch = await createBatch(context.req.valid('json'), context.var, ports);
      const counts = { ...NO_COUNTS, queued: batch.jobCount };
      return context.json(accept(context, { batch, counts }), 202);
    },
  );

  app.openapi(listBatchesRoute, async (context) => {
    const page = context.req.valid('query');
    const { items, next } = await listBatches(page, context.get('principal'), ports);
    return context.json({ items: items.map(presentBatch), next }, 200);
  });

  app.openapi(
    prefetching(getBatchRoute, ({ params }) => ({ batch: params.id })),
    async (context) => {
      const progress = await readProgress(context.req.valid('param').id, context.var, ports);
      if (openCount(progress.counts) > 0) context.header('retry-after', POLL_SECONDS);
      return context.json(presentBatch(progress), 200);
    },
  );

  app.openapi(prefetching(listBatchJobsRoute, pageKeys), async (context) => {
    const { id } = context.req.valid('param');
    const page = await listBatchJobs(id, context.req.valid('query'), context.var, ports);
    return context.json({ items: page.items.map(presentJob), next: page.next }, 200);
  });

  app.openapi(
    prefetching(getBatchResultsRoute, ({ params }) => ({ batch: params.id })),
    async (context) => {
      const { id } = context.req.valid('param');
      const { format } = context.req.valid('query');
      const key = await readBatchResults(id, format, context.var, ports);
      if (key !== undefined) return context.redirect(await ports.signedUrl(key), 302);
      context.header('location', `${batchLinks(id).results}?format=${format}`);
      context.header('retry-after', POLL_SECONDS);
      return context.body(null, 202);
    },
  );

  app.openapi(cancelBatchRoute, async (context) => {
    const progress = await cancelBatch(context.req.valid('param').id, context.get('principal'), ports);
    return context.json(accept(context, progress), 202);
  });

  app.openapi(
    prefetching(retryBatchRoute, () => ({ openJobs: true })),
    async (context) => {
      const progress = await retryBatch(context.req.valid('param').id, context.var, ports);
      return context.json(accept(context, progress), 202);
    },
  );
}
