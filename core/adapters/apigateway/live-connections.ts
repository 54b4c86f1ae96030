import {
  type ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { SendLive } from '../../domain/entities/connection.ts';

/** Sends on WebSocket connections through the API that holds them. */
export const createLiveSender =
  (api: ApiGatewayManagementApiClient): SendLive =>
  async (connectionId, message) => {
    const Data = Buffer.from(JSON.stringify(message));
    try {
      await api.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data }));
      return true;
    } catch (error) {
      if (error instanceof GoneException) return false;
      throw error;
    }
  };
