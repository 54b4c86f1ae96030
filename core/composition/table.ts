import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type * as z from 'zod';
import { createDocumentClient } from '../adapters/dynamodb/table/document-client.ts';
import { openTable, type SegmentryTable } from '../adapters/dynamodb/table/segmentry-table.ts';
import type { TableEnvironment } from '../contracts/environment.ts';
import { composeDynamodb } from './aws-clients.ts';

/** The deployment's table. */
export const composeTable = (
  { TABLE_NAME }: z.output<typeof TableEnvironment>,
  dynamodb: DynamoDBClient = composeDynamodb(),
): SegmentryTable => openTable(createDocumentClient(dynamodb), TABLE_NAME);
