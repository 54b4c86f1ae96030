import { CONNECTION_LIMIT, type Connection, TooManyConnectionsError } from '../entities/connection.ts';
import { type Principal, requireScope } from '../entities/principal.ts';

export interface OpenConnectionPorts {
  readonly connections: {
    listOfUser(userId: string): Promise<Connection[]>;
    create(connectionId: string, userId: string): Promise<void>;
  };
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
  await connections.create(connectionId, principal.userId);
}
