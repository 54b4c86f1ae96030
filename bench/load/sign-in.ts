import { randomUUID } from 'node:crypto';
import type { Deployment } from '../../localstack/deploy/bring-up.ts';
import { type ApiClient, createApiClient } from '../../test/helpers/api-client.ts';
import { type EventListener, hearEvents } from '../../test/helpers/hear-events.ts';

/** A user who sends images, and hears of their ends by the topic, so that nobody has to ask for them. */
export interface LoadClient {
  readonly call: ApiClient;
  readonly apiUrl: string;
  readonly accessToken: string;
  readonly topic: EventListener;
  stop(): Promise<void>;
}

export async function signInForLoad({
  apiUrl,
  endpointUrl,
  account,
  outputs,
}: Deployment): Promise<LoadClient> {
  const anonymous = createApiClient(apiUrl);
  const user = { email: `bench-${randomUUID()}@example.org`, password: `pass ${randomUUID()}` };
  const { body: made } = await anonymous('POST /v1/users', {
    json: { ...user, passwordConfirmation: user.password },
  });
  const { body: session } = await anonymous('POST /v1/sessions', { json: user });
  const topic = await hearEvents({ userId: [made.id] }, { endpointUrl, account, outputs: outputs.Segmentry });
  const call = createApiClient(apiUrl, { authorization: `Bearer ${session.accessToken}` });
  return { call, apiUrl, accessToken: session.accessToken, topic, stop: topic.stop };
}
