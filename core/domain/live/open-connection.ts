import {
  CONNECTION_LIMIT,
  type ConnectionRepository,
  TooManyConnectionsError,
} from '../entities/connection.ts';
import { type Principal, requireScope } from '../entities/principal.ts';

export interface OpenConnectionPorts {
  readonly connections: Pick<ConnectionRepository, 'listOfUser' | 'create'>;
}

/** @throws ForbiddenScopeError, TooManyConnectionsError */
export async function openConnection(
  connectionId: string,
  principal: Principal,
  { connections }: OpenConnectionPorts,
): Promise<void> {
  requireScope(principal, 'read');
  const { length } = await connections.listOfUser(principal.userId);
  if (length >= CONNECTION_LIMIT) throw new TooManyConnectionsError();
  await connections.create(connectionId, principal.userId, principal.sessionId ?? principal.apiKeyId);
}
