import { z } from 'zod';
import { JobId } from './ids.ts';
import { ClassSummary } from './result-document.ts';

/** What is published when a job has ended. */
export const FinishedJobEvent = z.object({
  type: z.enum(['job.succeeded', 'job.failed', 'job.canceled']),
  /** When the job ended. */
  timestamp: z.iso.datetime(),
  data: z.object({
    id: JobId,
    status: z.enum(['succeeded', 'failed', 'canceled']),
    image: z.string(),
    model: z.string(),
    links: z.object({ self: z.string(), result: z.string(), overlay: z.string() }),
    summary: z.array(ClassSummary).optional(),
    error: z.object({ code: z.string(), detail: z.string() }).optional(),
  }),
});
export type FinishedJobEvent = z.infer<typeof FinishedJobEvent>;
