import middy from '@middy/core';
import type { ScheduledEvent } from 'aws-lambda';
import { type ReconcilePorts, reconcile } from '../../core/domain/cleanup/reconcile.ts';
import { type Telemetry, telemetryMiddlewares } from '../../core/runtime/telemetry.ts';

/** Looks every minute for what got stuck; the schedule says what time it is. */
export const createHandler = (ports: ReconcilePorts, telemetry: Telemetry) =>
  middy(async ({ time }: Pick<ScheduledEvent, 'time'>) => {
    const reconciled = await reconcile(new Date(time), ports);
    telemetry.logger.info('Reconciled', { ...reconciled });
    return reconciled;
  }).use(telemetryMiddlewares(telemetry));
