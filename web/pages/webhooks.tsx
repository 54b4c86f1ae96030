import { useState } from 'preact/hooks';
import type { Webhook } from '../../client/index.ts';
import { segmentry } from '../app/session.ts';
import { take, useLoad } from '../app/use-load.ts';
import { Empty, Failure, Form, Page, Secret, StatusChip, textOf, When } from '../components/common.tsx';
import { ConfirmButton } from '../components/confirm-button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Deliveries } from '../webhook/deliveries.tsx';

const EVENTS = ['job.*', 'batch.*', 'upload.*', 'credits.low'] as const;

/** Who is called when something happens, and how that went. */
export function WebhooksPage() {
  const webhooks = useLoad(() => take(segmentry.list('listWebhooks'), 100), []);
  const [isMaking, setMaking] = useState(false);
  const [secret, setSecret] = useState<string>();
  const make = async (data: FormData) => {
    const events = EVENTS.filter((event) => data.get(event) !== null);
    const made = await segmentry.api.createWebhook({ url: textOf(data, 'url'), events });
    setSecret(made.secret);
    setMaking(false);
    webhooks.reload();
  };
  return (
    <Page
      title="Webhooks"
      actions={
        <button type="button" class="primary" onClick={() => setMaking(true)}>
          Add a webhook
        </button>
      }
    >
      {secret !== undefined && <Secret name="Its signing secret." value={secret} />}
      <Failure error={webhooks.error} onRetry={webhooks.reload} />
      {webhooks.value?.length === 0 && (
        <Empty title="No webhooks yet">
          <p>
            A webhook calls an address of yours when a job, a batch or an upload has ended. Calls are signed,
            and tried again for days.
          </p>
        </Empty>
      )}
      <ul class="cards wide">
        {webhooks.value?.map((webhook) => (
          <WebhookCard key={webhook.id} webhook={webhook} onChange={webhooks.reload} onSecret={setSecret} />
        ))}
      </ul>
      {isMaking && (
        <Dialog title="Add a webhook" onClose={() => setMaking(false)}>
          <Form verb="Add it" submit={make}>
            <label class="field">
              <span>Address</span>
              <input
                name="url"
                type="url"
                required
                maxLength={2048}
                placeholder="https://example.org/segmentry"
              />
            </label>
            <fieldset>
              <legend>Tell it of</legend>
              <div class="choices">
                {EVENTS.map((event) => (
                  <label key={event} class="choice">
                    <input type="checkbox" name={event} defaultChecked={event !== 'credits.low'} /> {event}
                  </label>
                ))}
              </div>
            </fieldset>
          </Form>
        </Dialog>
      )}
    </Page>
  );
}

interface WebhookCardProps {
  readonly webhook: Webhook;
  onChange(): void;
  onSecret(secret: string): void;
}

function WebhookCard({ webhook, onChange, onSecret }: WebhookCardProps) {
  const { id, url, events, status, failingSince } = webhook;
  const [error, setError] = useState<unknown>();
  const [sent, setSent] = useState(0);
  const act = (work: Promise<unknown>) => work.then(onChange, setError);
  const sendTest = () => segmentry.api.testWebhook({ id }).then(() => setSent(sent + 1), setError);
  return (
    <li class="plain-card">
      <h2 class="truncate" title={url}>
        <bdi>{url}</bdi>
      </h2>
      <p class="muted">
        <StatusChip status={status} /> {events.join(', ')}
        {failingSince !== undefined && (
          <>
            {' '}
            · failing since <When at={failingSince} />
          </>
        )}
      </p>
      <div class="card-buttons">
        <button type="button" onClick={() => void sendTest()}>
          Send a test
        </button>
        <button
          type="button"
          class="quiet"
          onClick={() =>
            void act(
              segmentry.api.changeWebhook({ id, status: status === 'enabled' ? 'disabled' : 'enabled' }),
            )
          }
        >
          {status === 'enabled' ? 'Disable' : 'Enable'}
        </button>
        <button
          type="button"
          class="quiet"
          onClick={() =>
            void act(segmentry.api.rotateWebhookSecret({ id }).then((made) => onSecret(made.secret)))
          }
        >
          New secret
        </button>
        <ConfirmButton
          name="Delete"
          label={`Delete the webhook to ${url}`}
          title="Delete the webhook?"
          text="It is called no more, and its deliveries are forgotten."
          quiet
          act={() => segmentry.api.deleteWebhook({ id }).then(onChange)}
        />
      </div>
      <Failure error={error} />
      <Deliveries webhookId={id} sent={sent} />
    </li>
  );
}
