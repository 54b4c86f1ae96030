import { ErasureMessage } from '../../core/contracts/messages.ts';
import { type EraseUserPorts, eraseUser } from '../../core/domain/cleanup/erase-user.ts';
import { queueHandler } from '../../core/runtime/batch-handler.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

/** Removes what deleted users owned. */
export const createHandler = (ports: EraseUserPorts, telemetry: Telemetry) =>
  queueHandler(async ({ body }) => {
    const { userId } = ErasureMessage.parse(JSON.parse(body));
    const outcome = await eraseUser(userId, ports);
    telemetry.logger.info('A user was to be erased', { userId, outcome });
  }, telemetry);
