import type { AwsCall } from './aws-call.ts';

/** An answer that the proxy gives in the place of AWS. */
export interface FaultAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const json = (status: number, type: string, more: object = {}): FaultAnswer => ({
  status,
  contentType: 'application/x-amz-json-1.0',
  body: JSON.stringify({ __type: type, message: 'Injected by the test.', ...more }),
});

const xml = (status: number, code: string): FaultAnswer => ({
  status,
  contentType: 'application/xml',
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>Injected by the test.</Message></Error>`,
});

const queryXml = (status: number, code: string): FaultAnswer => ({
  status,
  contentType: 'text/xml',
  body:
    `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Receiver</Type>` +
    `<Code>${code}</Code><Message>Injected by the test.</Message></Error></ErrorResponse>`,
});

const DYNAMODB = 'com.amazonaws.dynamodb.v20120810#';

/** What each service answers that has a fault of its own. */
export function errorAnswer({ service }: AwsCall): FaultAnswer {
  if (service === 's3') return xml(500, 'InternalError');
  if (service === 'sns') return queryXml(500, 'InternalFailure');
  return json(500, service === 'dynamodb' ? `${DYNAMODB}InternalServerError` : 'InternalFailure');
}

/** What each service answers that is asked too much. */
export function throttleAnswer({ service }: AwsCall): FaultAnswer {
  if (service === 's3') return xml(503, 'SlowDown');
  if (service === 'sns') return queryXml(429, 'Throttled');
  if (service === 'sqs') return json(400, 'com.amazonaws.sqs#RequestThrottled');
  if (service === 'kms') return json(400, 'ThrottlingException');
  return json(400, `${DYNAMODB}ProvisionedThroughputExceededException`);
}

/** What DynamoDB answers to a write that met another's transaction. */
export function conflictAnswer({ operation }: AwsCall, body: Buffer): FaultAnswer {
  if (operation !== 'TransactWriteItems') return json(400, `${DYNAMODB}TransactionConflictException`);
  const { TransactItems: items } = JSON.parse(body.toString()) as { TransactItems: unknown[] };
  const reasons = items.map((_, index) =>
    index === 0
      ? { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }
      : { Code: 'None' },
  );
  return json(400, `${DYNAMODB}TransactionCanceledException`, { CancellationReasons: reasons });
}
