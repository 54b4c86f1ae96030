import middy from '@middy/core';
import type { ScheduledEvent } from 'aws-lambda';
import { type SweepUnsettledPorts, sweepUnsettled } from '../../core/domain/cleanup/reconcile.ts';
import { type Telemetry, telemetryMiddlewares } from '../../core/runtime/telemetry.ts';

/** Looks every minute for what got stuck; the schedule says what time it is. */
export const createHandler = (ports: SweepUnsettledPorts, telemetry: Telemetry) =>
  middy(async ({ time }: Pick<ScheduledEvent, 'time'>) => {
    const sweep = await sweepUnsettled(new Date(time), ports);
    telemetry.logger.info('Swept', { ...sweep });
    return sweep;
  }).use(telemetryMiddlewares(telemetry));
