import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

export function createDocumentClient(dynamodb: DynamoDBClient): DynamoDBDocumentClient {
  retryConflicts(dynamodb);
  return DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } });
}

/**
 * A write of one item that meets a transaction on it fails, as a transaction itself does, and may succeed a moment
 * later. The SDK takes that for a mistake of the caller's unless it is told otherwise.
 */
function retryConflicts({ middlewareStack }: DynamoDBClient): void {
  middlewareStack.add(
    (next) => async (request) => {
      try {
        return await next(request);
      } catch (error) {
        const isConflict = error instanceof Error && error.name === 'TransactionConflictException';
        throw isConflict ? Object.assign(error, { $retryable: {} }) : error;
      }
    },
    { name: 'retryConflicts', step: 'deserialize', priority: 'high', override: true },
  );
}
