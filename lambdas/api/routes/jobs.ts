import {
  cancelJobRoute,
  getJobFramesRoute,
  getJobResultRoute,
  getJobRoute,
  listJobsRoute,
} from '../../../core/contracts/http/jobs.ts';
import { isFinished, JobNotFoundError, type JobRepository } from '../../../core/domain/entities/job.ts';
import type { ObjectStore } from '../../../core/domain/entities/objects.ts';
import { requireOwned } from '../../../core/domain/entities/principal.ts';
import { keyToFetch, loadDocument } from '../../../core/domain/entities/stored-result.ts';
import { framesKey, NoFramesError } from '../../../core/domain/entities/video.ts';
import { type CancelJobPorts, cancelJob } from '../../../core/domain/jobs/cancel-job.ts';
import { type ReadResultPorts, readResult } from '../../../core/domain/jobs/read-result.ts';
import { type WaitForJobsPorts, waitForJobs } from '../../../core/domain/jobs/wait-for-jobs.ts';
import type { HttpApp } from '../../../core/runtime/http-environment.ts';
import { prefetching, type RawRequest } from '../../../core/runtime/prefetch.ts';
import { presentJob } from '../../../core/runtime/present.ts';

export interface JobRoutePorts extends ReadResultPorts, WaitForJobsPorts {
  readonly jobs: Pick<JobRepository, 'find' | 'findAll' | 'list'>;
  readonly cancelJob: CancelJobPorts['cancel'];
  readonly objects: Pick<ObjectStore, 'get'>;
  readonly signedUrl: (key: string) => Promise<string>;
}

/** How long to wait between two polls. */
const POLL_SECONDS = '1';

const resultKeys = ({ params: { id } }: RawRequest) => ({ job: id, result: id });

export function serveJobs(app: HttpApp, ports: JobRoutePorts): void {
  app.openapi(listJobsRoute, async (context) => {
    const { status, image: mediaId, ...page } = context.req.valid('query');
    const { userId } = context.get('principal');
    const { items, next } = await ports.jobs.list({ userId, status, mediaId }, page);
    return context.json({ items: items.map(presentJob), next }, 200);
  });

  app.openapi(
    prefetching(getJobRoute, ({ params }) => ({ job: params.id })),
    async (context) => {
      const { id } = context.req.valid('param');
      const missing = () => new JobNotFoundError(id);
      const { principal, prefetched } = context.var;
      const known = requireOwned(prefetched.job, principal, missing);
      const [job = known] = await waitForJobs([known], context.req.valid('query').wait, ports);
      if (!isFinished(job.status)) context.header('retry-after', POLL_SECONDS);
      return context.json(presentJob(job), 200);
    },
  );

  app.openapi(cancelJobRoute, async (context) => {
    const { id } = context.req.valid('param');
    const cancelPorts = { jobs: ports.jobs, cancel: ports.cancelJob };
    return context.json(presentJob(await cancelJob(id, context.get('principal'), cancelPorts)), 200);
  });

  app.openapi(prefetching(getJobFramesRoute, resultKeys), async (context) => {
    const { job } = await readResult(context.req.valid('param').id, context.var, ports);
    if (job.video === undefined) throw new NoFramesError(job.id);
    return context.redirect(await ports.signedUrl(framesKey(job.resultOf ?? job.id)), 302);
  });

  app.openapi(prefetching(getJobResultRoute, resultKeys), async (context) => {
    const { result } = await readResult(context.req.valid('param').id, context.var, ports);
    const key = keyToFetch(result);
    if (key !== undefined) return context.redirect(await ports.signedUrl(key), 302);
    return context.json(await loadDocument(result, ports.objects), 200);
  });
}
