import { AnalysisMessage } from '../../core/contracts/messages.ts';
import {
  type AnalyzeImagePorts,
  analyzeImage,
  JobLeasedError,
} from '../../core/domain/analysis/analyze-image.ts';
import type { Job } from '../../core/domain/entities/job.ts';
import type { QueueMessage } from '../../core/domain/entities/queue-message.ts';
import type { Lease } from '../../core/runtime/held-message.ts';
import { RetryLaterError } from '../../core/runtime/queue-task.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

export interface TaskPorts extends AnalyzeImagePorts {
  readonly jobs: AnalyzeImagePorts['jobs'] & { extendLease(job: Job, seconds: number): Promise<boolean> };
  /** Deliveries after which the queue gives a message up. */
  readonly maxReceives: number;
  /** How long one analysis may take. */
  readonly timeoutSeconds: number;
  readonly leaseSeconds: number;
}

/** What a task does with a message of the GPU queue: what the function does with one of its own. */
export const createWork =
  (ports: TaskPorts, { logger }: Telemetry) =>
  async (message: QueueMessage, hold: (lease: Lease) => void): Promise<void> => {
    const asked = readMessage(message, ports);
    const jobs = { ...ports.jobs, claim: claimHeld(ports, hold) };
    const lastDelivery = message.receives >= ports.maxReceives;
    const signal = AbortSignal.timeout(ports.timeoutSeconds * 1000);
    const outcome = await analyzeImage(asked, { lastDelivery, signal }, { ...ports, jobs }).catch(
      (error: unknown) => {
        if (!(error instanceof JobLeasedError)) throw error;
        throw new RetryLaterError(ports.leaseSeconds, error.message, { cause: error });
      },
    );
    logger.info('A job was taken', { ...asked, outcome });
  };

/** The job's lease goes on with the message's. */
const claimHeld =
  ({ jobs }: TaskPorts, hold: (lease: Lease) => void): TaskPorts['jobs']['claim'] =>
  async (message) => {
    const job = await jobs.claim(message);
    if (job !== undefined) hold({ extend: (seconds) => jobs.extendLease(job, seconds) });
    return job;
  };

/**
 * @throws RetryLaterError of what this version does not know: another's tasks may run beside it while a deployment is
 *   rolled out. What nobody knows goes to the dead letters.
 */
function readMessage({ body }: QueueMessage, { leaseSeconds }: TaskPorts): AnalysisMessage {
  try {
    return AnalysisMessage.parse(JSON.parse(body));
  } catch (cause) {
    throw new RetryLaterError(leaseSeconds, 'The message is none of this version.', { cause });
  }
}
