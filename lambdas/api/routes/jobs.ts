import { getJobResultRoute, getJobRoute } from '../../../core/contracts/http/jobs.ts';
import { isFinished, type Job, JobNotFoundError } from '../../../core/domain/job.ts';
import { requireOwned } from '../../../core/domain/principal.ts';
import { type ReadResultPorts, readResult } from '../../../core/domain/read-result.ts';
import type { HttpApp } from '../../../core/runtime/http-app.ts';
import { presentJob } from '../../../core/runtime/present.ts';

export interface JobRoutePorts extends ReadResultPorts {
  readonly jobs: { find(jobId: string): Promise<Job | undefined> };
  readonly signedUrl: (key: string) => Promise<string>;
}

/** How long to wait between two polls. */
const POLL_SECONDS = '1';

export function serveJobs(app: HttpApp, ports: JobRoutePorts): void {
  app.openapi(getJobRoute, async (context) => {
    const { id } = context.req.valid('param');
    const job = requireOwned(
      await ports.jobs.find(id),
      context.get('principal'),
      () => new JobNotFoundError(id),
    );
    if (!isFinished(job.status)) context.header('retry-after', POLL_SECONDS);
    return context.json(presentJob(job), 200);
  });

  app.openapi(getJobResultRoute, async (context) => {
    const { result } = await readResult(context.req.valid('param').id, context.get('principal'), ports);
    if ('key' in result) return context.redirect(await ports.signedUrl(result.key), 302);
    return context.json(result.document, 200);
  });
}
