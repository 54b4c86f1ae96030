import { PurgeMessage } from '../../core/contracts/messages.ts';
import { type PurgeMediaPorts, purgeMedia } from '../../core/domain/cleanup/purge-media.ts';
import { queueHandler } from '../../core/runtime/batch-handler.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

/** Removes all that hung on images, videos and webhooks whose records are gone, and on analyses of videos that have ended. */
export const createHandler = (ports: PurgeMediaPorts, telemetry: Telemetry) =>
  queueHandler(async ({ body }) => {
    const gone = PurgeMessage.parse(JSON.parse(body));
    await purgeMedia(gone, ports);
    telemetry.logger.info('What hung on something that is gone was removed', {
      kind: gone.kind,
      id: gone.id,
    });
  }, telemetry);
