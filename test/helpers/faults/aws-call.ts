import type { IncomingHttpHeaders } from 'node:http';

/** A request as the proxy receives it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A call of a function to AWS. */
export interface AwsCall {
  readonly service: 'dynamodb' | 'sqs' | 'sns' | 's3' | 'kms';
  /** `PutItem`; the method where it is S3's. */
  readonly operation: string;
  /** The entities, the queue, or the folder of the bucket that it is about. */
  readonly about: string;
  /** Those of jobs, uploads, batches, users, events, images and videos that it names. */
  readonly ids: readonly string[];
}

const SERVICES: Readonly<Record<string, AwsCall['service']>> = {
  DynamoDB_20120810: 'dynamodb',
  AmazonSQS: 'sqs',
  TrentService: 'kms',
};

/** What ElectroDB's keys say of the entity of an item: `$job_1`, `$credits#creditaccount_1`. */
const ENTITY = /"\$(?:[a-z]+#)?([a-z]+)_1["#]/g;
const QUEUE =
  /(Analysis|Segments|Uploads|IncomingModels|Batches|Erasure|Purges|Published|Deliveries)(DeadLetters)?/;

const IDS = /(?:job|upl|bat|usr|evt)_[0-9a-z]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** @returns undefined for what no function signs: presigned forms and links. */
export function describeCall(request: ReceivedRequest): AwsCall | undefined {
  const call = nameCall(request);
  if (call === undefined) return undefined;
  const { url, headers, body } = request;
  // What is stored is no text.
  const text = headers['x-amz-target'] === undefined ? '' : body.toString('latin1');
  return { ...call, ids: [...new Set(`${url} ${text}`.match(IDS))] };
}

function nameCall({ method, url, headers, body }: ReceivedRequest): Omit<AwsCall, 'ids'> | undefined {
  if (headers.authorization === undefined) return undefined;
  const [api = '', operation = ''] = String(headers['x-amz-target'] ?? '').split('.');
  const service = SERVICES[api];
  const text = () => body.toString('latin1');
  if (service === 'dynamodb') {
    const entities = [...text().matchAll(ENTITY)].map(([, entity]) => entity);
    return { service, operation, about: [...new Set(entities)].sort().join('+') };
  }
  if (service === 'sqs') {
    const queueUrl = String(JSON.parse(text()).QueueUrl ?? '');
    return { service, operation, about: QUEUE.exec(queueUrl.split('/').at(-1) ?? '')?.[0] ?? '' };
  }
  if (service !== undefined) return { service, operation, about: '' };
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    return { service: 'sns', operation: new URLSearchParams(text()).get('Action') ?? '', about: '' };
  }
  return { service: 's3', operation: method, about: url.split('/')[2] ?? '' };
}

/** One name for all calls that do the same: `AnalyzeImage dynamodb TransactWriteItems job+result`. */
export const nameOfCall = (construct: string, { service, operation, about }: AwsCall) =>
  [construct, service, operation, about].join(' ').trim();
