import {
  type ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { CloseLive, SendLive } from '../../domain/entities/connection.ts';

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

/** Closes WebSocket connections through the API that holds them. */
export const createLiveCloser =
  (api: ApiGatewayManagementApiClient): CloseLive =>
  async (connectionId) => {
    try {
      await api.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
    } catch (error) {
      if (!(error instanceof GoneException)) throw error;
    }
  };
