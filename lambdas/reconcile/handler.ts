import { MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { ScheduledEvent } from 'aws-lambda';
import { type ReconcilePorts, reconcile } from '../../core/domain/cleanup/reconcile.ts';
import { type Telemetry, telemetryMiddlewares } from '../../core/runtime/telemetry.ts';

interface GpuQueue {
  readonly name: string;
  /** How many jobs wait for a GPU, or run on one. */
  count(): Promise<number>;
}

interface Ports extends ReconcilePorts {
  /** Undefined where there are no GPUs. */
  readonly gpuQueue?: GpuQueue | undefined;
}

/** Looks every minute for what got stuck; the schedule says what time it is. */
export const createHandler = ({ gpuQueue, ...ports }: Ports, telemetry: Telemetry) =>
  middy(async ({ time }: Pick<ScheduledEvent, 'time'>) => {
    // First of all: tasks start and stop by it, whatever is stuck.
    if (gpuQueue !== undefined) await publishCount(gpuQueue, telemetry);
    const reconciled = await reconcile(new Date(time), ports);
    telemetry.logger.info('Reconciled', { ...reconciled });
    return reconciled;
  }).use(telemetryMiddlewares(telemetry));

async function publishCount(queue: GpuQueue, { logger, metrics }: Telemetry): Promise<void> {
  try {
    const count = await queue.count();
    metrics
      .singleMetric()
      .addDimension('queue', queue.name)
      .addMetric('GpuMessages', MetricUnit.Count, count);
  } catch (error) {
    logger.error('The GPU queue could not be counted', { error: error as Error });
  }
}
