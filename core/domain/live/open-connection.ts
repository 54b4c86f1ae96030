import {
  CONNECTION_LIMIT,
  type ConnectionRepository,
  TooManyConnectionsError,
} from '../entities/connection.ts';
import { type Principal, requireScope } from '../entities/principal.ts';

export interface OpenConnectionPorts {
  readonly connections: Pick<ConnectionRepository, 'listOfUser' | 'create' | 'remove'>;
  /** Asks once more who is there. @throws where it is nobody by now */
  readonly authenticateAgain: () => Promise<unknown>;
}

/**
 * Opens a connection to whoever is still let in when it can be seen: who ends a log-in or a key, or disables a user,
 * ends the connections that there are by then.
 * @throws ForbiddenScopeError, TooManyConnectionsError, UnauthenticatedError
 */
export async function openConnection(
  connectionId: string,
  principal: Principal,
  { connections, authenticateAgain }: OpenConnectionPorts,
): Promise<void> {
  requireScope(principal, 'read');
  const { userId, sessionId, apiKeyId, expiresAt } = principal;
  const open = (await connections.listOfUser(userId)).filter(({ isOver }) => isOver !== true);
  if (open.length >= CONNECTION_LIMIT) throw new TooManyConnectionsError();
  await connections.create(connectionId, userId, { openedBy: sessionId ?? apiKeyId, expiresAt });
  try {
    await authenticateAgain();
  } catch (error) {
    await connections.remove({ id: connectionId, userId });
    throw error;
  }
}
